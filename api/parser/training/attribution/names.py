"""Swaps names for others while training, so that nobody's name of the training years is learnt by heart.

`swap(article, random)` returns a copy of the article with other people, parties, countries and
institutions, with the offsets of its attributions moved along, and now and then other typography.
"""
import re

GIVEN = set("""
Aaron Adam Al Alan Alex Alexander Alice Amanda Amy Andrea Andrew Andy Angela Ann Anna Anne Anthony Barack Barbara
Ben Benjamin Bernie Beth Bill Bob Bobby Brad Brian Bruce Carl Carly Carol Caroline Catherine Charles Charlie Chelsea
Cheryl Chris Christine Christopher Chuck Cindy Claire Corey Craig Dan Daniel Dave David Deborah Debbie Dennis Diane
Dick Don Donald Donna Doug Douglas Ed Edward Elizabeth Ellen Emily Eric Frank Fred Gary George Gerald Glenn Greg
Hannah Harry Heather Heidi Henry Hillary Howard Huma Ivanka Jack Jake James Jamie Jane Janet Jason Jay Jeb Jeff
Jeffrey Jennifer Jerry Jessica Jim Jimmy Joan Joe Joel John Jon Jonathan Jordan Jose Joseph Josh Joshua Juan Judy
Julia Julie Justin Karen Kate Katie Kathleen Kellyanne Kelly Ken Kenneth Kevin Kim Larry Laura Lauren Lee Leo Linda
Lindsey Lisa Liz Luke Lynn Marco Margaret Maria Marie Mark Martha Martin Mary Matt Matthew Megan Melania Melissa
Michael Michelle Mike Mitch Mitt Nancy Nate Nathan Neil Nicholas Nick Nicole Nikki Pam Pat Patricia Patrick Paul
Peter Phil Philip Rachel Rand Randy Ray Rebecca Reince Rich Richard Rick Rob Robby Robert Roger Ron Ronald Rudy
Russell Ruth Ryan Sam Samantha Samuel Sandra Sara Sarah Scott Sean Sharon Stephanie Stephen Steve Steven Stuart Sue
Susan Tammy Ted Terry Thomas Tim Timothy Todd Tom Tony Valerie Vanessa Vladimir Walter Wendy William Zack
""".split())
TITLE = (r"(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Lt|Gen|Col|Rev|Prof)\.|President|Secretary|Senator|Governor|Congressman|"
         r"Congresswoman|Judge|Justice|Speaker|Mayor|Professor|General|Representative|Prime Minister|Chancellor")
SURNAME = r"(?:Mc|Mac|De|Le|O['\u2019])?[A-Z][a-z]{2,}"
FULL = re.compile(rf"\b([A-Z][a-z]+)(?: [A-Z]\.)? ({SURNAME})\b")
TITLED = re.compile(rf"\b(?:{TITLE}) (?:([A-Z][a-z]+) )?({SURNAME})\b")
NOT_NAMES = set("""The This That These They There Then When While What Who Why How And But For From With Not House
Senate White State States United America American Americans Republican Republicans Democrat Democrats Democratic
Party President Secretary General Department Court Supreme Street Center University College New York Times Post
Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
September October November December National Tower Foundation University School County City Has Had Was Will Would
Did Does Said Says Told May Can Could Should Must Fox News Press Day Care Law Act Bill Clinton's""".split()) - {"Bill"}

NEW_GIVEN = """
Aiko Amadou Amina Ana Anders Andrei Anjali Antonio Arjun Asha Ayesha Bashir Beatriz Bekele Birgit Bogdan Camila Carlos
Chidi Chen Daniela Dmitri Elena Emeka Emmanuel Erik Esther Farah Fatima Felix Fernando Francois Giulia Grace Hamid
Hanna Haruka Hassan Helena Hiroshi Ibrahim Ines Ingrid Irina Isabel Ivan Jakob Jamila Javier Jin Johanna Joao Jorge
Kamal Karim Katarina Khalid Kofi Kwame Laila Lars Layla Leila Li Lucia Luis Magnus Mahmoud Malik Manuel Marek Mariam
Marta Matteo Mei Mikhail Miguel Mohammed Monica Musa Nadia Nikolai Nisha Noor Nuria Oleg Olga Omar Pablo Paolo Pedro
Petra Pierre Priya Rafael Rajesh Rania Ravi Rosa Rustam Said Salma Samir Sanjay Sergei Sofia Sunita Svetlana Tariq
Tatiana Tomas Umar Viktor Wei Xavier Yara Yasmin Yuki Yusuf Zainab Zoltan
""".split()
NEW_SURNAME = """
Abdi Abebe Acheampong Adeyemi Aguilar Ahmadi Akhtar Alvarez Andersson Araujo Aydin Baker Balogun Banerjee Barzani
Bauer Becker Bergstrom Bianchi Bondarenko Borges Botha Boutros Castillo Chanda Chaudhry Cho Contreras Costa Dahal
Dang Deng Desai Diallo Dlamini Dogan Dubois Eriksen Espinosa Farouk Fernandes Fischer Fofana Fontaine Garang Gebre
Ghosh Gomes Guerra Gupta Haddad Hakimi Halvorsen Hansen Harrison Herrera Hoang Horvath Hussein Ibanez Ivanova Jansen
Jimenez Kabila Kamara Kapoor Karlsson Kaya Keita Khalil Kim Kimani Koroma Kovacs Kowalski Kuznetsov Lambert Larsen
Le Lemaire Lindqvist Lopez Machar Mahmud Makoni Maldonado Mansour Marques Martinez Mbeki Mehta Mendoza Mensah Mikati
Moreau Moyo Mukherjee Mutasa Nakamura Ndiaye Nguyen Nielsen Nkosi Novak Obi Odinga Okafor Oliveira Omondi Ortega
Osman Otieno Ouattara Ozturk Palmer Papadopoulos Park Patel Pavlov Pereira Petrov Popescu Quispe Rahimi Rahman Ramos
Rao Rasmussen Reyes Richter Rizvi Rojas Romano Rossi Sahin Saleh Sanchez Santos Sato Schmidt Sesay Shah Sharma
Shevchenko Silva Singh Sissoko Smit Sokolov Suleiman Suzuki Svensson Takahashi Tanaka Tavares Tesfaye Thapa Torres
Touray Tran Traore Vargas Vasquez Volkov Wagner Wang Warsame Weber Wijaya Yadav Yamamoto Yilmaz Zaidi Zhang Zulu
""".split()
# Each line is a class; a name becomes another one of its class.
CLASSES = [line.split("|") for line in """
Republicans|Democrats|Conservatives|Liberals|Socialists|Maoists|Greens|Nationalists|Islamists|Unionists|Loyalists
Republican|Democratic|Conservative|Socialist|Maoist|Unionist|Communist|Nationalist|Liberal|Centrist
GOP|DNC|RNC|FARC|ANC|PKK|ELN|EU|NLD|PLO|SPD|MQM|DUP|TPLF
White House|Kremlin|Foreign Ministry|State Department|Presidency|Elysee|Prime Minister's Office|Secretariat
Congress|Senate|Parliament|Knesset|Bundestag|National Assembly|Security Council|Cabinet|General Assembly
Pentagon|Justice Department|Supreme Court|Central Bank|Constitutional Court|Defence Ministry|Election Commission
Washington|New York|Geneva|Brussels|Havana|Nairobi|Vienna|Doha|Addis Ababa|Oslo|Cairo|Kathmandu|Bogota|Minsk
America|Russia|China|Mexico|Iran|Iraq|Syria|Israel|Canada|Germany|France|Britain|India|Pakistan|Colombia|Nepal|Sudan|Cyprus|Ukraine|Yemen|Kenya|Brazil|Turkey|Libya|Serbia|Kosovo|Mali
Americans|Russians|Mexicans|Iranians|Israelis|Canadians|Germans|Kurds|Serbs|Colombians|Kenyans|Indians|Turks|Cypriots
American|Russian|Mexican|Iranian|Iraqi|Syrian|Israeli|Canadian|German|British|Indian|Colombian|Nepalese|Sudanese|Turkish|Kenyan|Brazilian
New Hampshire|South Carolina|North Carolina|West Virginia|South Sudan|Northern Ireland|Sri Lanka|Costa Rica|Western Sahara
Iowa|Ohio|Florida|Nevada|Texas|Virginia|Pennsylvania|Michigan|Wisconsin|Georgia|Arizona|Bavaria|Darfur|Kashmir|Catalonia|Punjab|Tigray|Oaxaca|Crimea|Scotland
Fox News|CNN|MSNBC|ABC News|NBC News|CBS News|Reuters|Al Jazeera|BBC|Associated Press|Xinhua|AFP
NATO|OPEC|ISIS|Islamic State|Hamas|Hezbollah|Taliban|African Union|United Nations|European Union|Arab League|ASEAN
""".strip().splitlines()]
CLASS_OF = {name: names for names in CLASSES for name in names}
FIXED = re.compile(r"\b(?:%s)\b(?!['\u2019]s Office| Post| Times| Department| Carolina)"
                   % "|".join(sorted(map(re.escape, CLASS_OF), key=len, reverse=True)))
STRAIGHT = str.maketrans("\u201c\u201d\u2018\u2019", "\"\"''")


def people(text):
    """Given names and surnames that `text` shows by a known given name or a title in front."""
    given, surnames = set(), set()
    for match in list(FULL.finditer(text)) + list(TITLED.finditer(text)):
        first, last = match.groups()
        if last in NOT_NAMES or (match.re is FULL and first not in GIVEN):
            continue
        surnames.add(last)
        if first in GIVEN:
            given.add(first)
    return given, surnames - given


def edits_of(text, random):
    """(start, end, new text) for the people and, by a separate draw, for the other names."""
    edits = []
    if random.rand() < .5:
        given, surnames = people(text)
        new = {name: NEW_GIVEN[random.randint(len(NEW_GIVEN))] for name in sorted(given)}
        new.update({name: NEW_SURNAME[random.randint(len(NEW_SURNAME))] for name in sorted(surnames)})
        if new:
            for match in re.finditer(r"\b(?:%s)\b" % "|".join(map(re.escape, sorted(new))), text):
                edits.append((match.start(), match.end(), new[match.group()]))
    if random.rand() < .5:
        new = {}
        for match in FIXED.finditer(text):
            name = match.group()
            if name not in new:
                names = CLASS_OF[name]
                new[name] = names[random.randint(len(names))]
            edits.append((match.start(), match.end(), new[name]))
    kept, end = [], 0
    for edit in sorted(edits):
        if edit[0] >= end:
            kept.append(edit)
            end = edit[1]
    return kept


def apply(article, edits):
    """The article with the edits made and the offsets of its attributions moved along."""
    text, pieces, at = article["text"], [], 0
    move, shift = list(range(len(text) + 1)), 0
    for start, end, new in edits:
        pieces += [text[at:start], new]
        for i in range(at, start + 1):
            move[i] = i + shift
        for i in range(start + 1, end):      # A span that ends inside a name is stretched or cut with it.
            move[i] = min(i + shift, start + shift + len(new))
        shift += len(new) - (end - start)
        at = end
    for i in range(at, len(text) + 1):
        move[i] = i + shift
    pieces.append(text[at:])
    moved = [{role: [[move[s], move[e]] for s, e in a[role]] for role in ("source", "cue", "content")}
             for a in article["attributions"]]
    return {**article, "text": "".join(pieces), "attributions": moved}


def swap(article, random):
    """A copy with other names (each kind in half of the copies) and, in one of six, straight quotation marks
    or, in one of ten, single line breaks between paragraphs."""
    article = apply(article, edits_of(article["text"], random))
    if random.rand() < .16:
        article["text"] = article["text"].translate(STRAIGHT)
    if random.rand() < .1:
        # The same length, so that no offset moves.
        article["text"] = article["text"].replace("\n\n", " \n")
    return article
