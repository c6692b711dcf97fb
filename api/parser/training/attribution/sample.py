"""A few made-up articles with their attributions, enough to see that every step of the recipe runs.

In the markup {1S ...} is the source of attribution 1, {1C ...} its cue and {1T ...} a piece of its content;
{1,2S ...} is a source shared by two.
"""
import re

MARKED = [
    """Ferry talks end without a deal

{1S Ada Brenner, the harbour minister,} {1C said} {1T the talks had reached “a natural pause”} on Friday.

{2T “We are not leaving the table,”} {2S she} {2C told reporters}. {2T “We are only changing the chairs.”}

{3,4S The dockers' union} {3C rejected} {3T the offer of three per cent} and {4C called for} {4T a new mediator}.""",
    """Islanders {1C want} {1T longer pause in fishing dispute}

{2C According to} {2S two delegates}, {2T the draft leaves the northern banks open until spring}.

{3S Captain Ilse Noor} {3C believes} {3T that nobody read the annex}. {4T “Not one page,”} {4S he} {4C said}.""",
    """{1S Valley council}{1C :} {1T "No dam before a vote"}

It {2C is said} {2T that the engineers had doubts}. {3S The mayor} {3C denied} {3T it}.

{4S Prof. Tomas Okoro} {4C warned of} {4T floods in the lower valley}, but {5S the builders} {5C insist} {5T the wall will hold}.""",
    """Mountain railway strike enters second week

{1T "Nobody has asked us,"} {1C said} {1S Jun Park, who speaks for the drivers}.

{2S The company} {2C plans to} {2T run half of its trains} and {3S its lawyers} {3C argue} {3T that the strike is "plainly unlawful"}.""",
    """Orchard pact signed after night session

{1S Both growers} {1C praised} {1T the pact}. {2T “It is fair,”} {2S Mr. Lind} {2C said}, {2T “and it is late.”}

{3S A report by the chamber} {3C shows} {3T that prices rose by a fifth}.""",
]


def articles():
    """[{"id", "date", "text", "attributions"}] of the sample."""
    found = []
    for number, marked in enumerate(MARKED, 1):
        text, spans, at = "", {}, 0
        for match in re.finditer(r"\{([\d,]+)([SCT]) ([^{}]*)\}", marked):
            text += marked[at:match.start()]
            for owner in match[1].split(","):
                a = spans.setdefault(int(owner), {"source": [], "cue": [], "content": []})
                a[{"S": "source", "C": "cue", "T": "content"}[match[2]]].append([len(text), len(text) + len(match[3])])
            text += match[3]
            at = match.end()
        found.append({"id": f"sample-{number}", "date": f"2001-01-0{number}", "text": text + marked[at:],
                      "attributions": [spans[k] for k in sorted(spans)]})
    return found
