"""Attributions for articles in which only positions are coded, to train on.

A coded position names the words of its evidence and nothing of its source or cue. An earlier tagger reads the
article: where it finds the evidence, its attribution is taken over; else the words before the evidence in its
sentence are looked at for a source ("Canada ", "Ms Okoro: ") and a cue. What has neither stays a content without cue.
"""
import re
from collections import Counter

OPENING, CLOSING = "“\"‘'«„", "”\"’'»"
FUNCTION = re.compile(r"^(?:\s*(?:that|to|for|whether|if|how|not|of|about|on|as|why|when|the|a|an|any|its|his|her)\b\s*)*"
                      r"[\s“\"‘']*$", re.I)
PRONOUNS = {"he", "she", "it", "they", "we", "i", "who", "you", "which"}
VERB = re.compile(r"\b(?:was|were|is|are|has|have|had|would|could|did|does|will|wants?|wanted|offered|offers|asked|saw|likes?|"
                  r"said|says|promised|demanded|preferred|supported|thought|put|tried|read|summed|replied|won't|wouldn't|can|may|"
                  r"might|should|holds|held|took|came|went|agreed|refused|called|needed|felt|knew|found|sent|gave|made|named|"
                  r"listed|added|spoke)\b")
LEAD = re.compile(r"(?:But|And|So|Then|Yet|Nor|Even|Meanwhile,?|In turn,?|For the rest,?)\s+")
SENTENCE = re.compile(r"[.!?][”\"’)]*\s+|\n+|; |[”\"],? ")


def source_and_cue(before):
    """Spans of source and cue (or None) in the words of a sentence before its content; None where no source is."""
    skip = len(before) - len(before.lstrip())
    words = before.strip()
    colon = words.endswith(":")
    body = words[:-1].rstrip() if colon else words
    lead = LEAD.match(body)
    skip += lead.end() if lead else 0
    body = body[lead.end():] if lead else body
    verb = VERB.search(body)
    source = (body[:verb.start()] if verb else body).rstrip()
    cue = body[verb.start():] if verb else ""
    count = len(source.split())
    if not 0 < count <= 10 or not (source[0].isupper() or source.split()[0].lower() in PRONOUNS):
        return None
    if not verb and not colon and count > 5:
        return None
    if len(cue.split()) > 5 and not colon:
        cue = cue.split()[0]
    if len(cue) > 40:
        return None
    span = (skip, skip + len(source))
    end = len(before.rstrip())
    if colon:
        return span, ((skip + verb.start(), end) if cue else (end - 1, end))
    return span, ((skip + verb.start(), skip + verb.start() + len(cue)) if cue else None)


def quoted(text, at):
    line = text[text.rfind("\n", 0, at) + 1:at]
    return line.count('"') % 2 == 1 or line.rfind("“") > line.rfind("”")


def evidence(article):
    """Spans of the coded evidence, each once, in text order."""
    text, found = article["text"], set()
    for p in article["positions"]:
        at = p.get("at", -1)
        if at < 0 or not text.startswith(p["evidence"], at):
            at = text.find(p["evidence"])
        found.add((at, at + len(p["evidence"])))
    return sorted(found)


def characters(spans):
    return set().union(*(range(s, e) for s, e in spans)) if spans else set()


def attributions(article, tagger, counts=Counter()):
    """{"id", "date", "text", "attributions"} of a coded article; `tagger` is a decode.Decoder."""
    text = article["text"]
    found = tagger.attributions(text)
    covered = [characters(x["content"]) for x in found]
    kept, gone, made, open_ = set(), set(), [], []
    for span in evidence(article):
        here = set(range(*span))
        share, best = max(((len(here & c) / len(here), k) for k, c in enumerate(covered)), default=(0, -1))
        if share >= .85 or share >= .6 and len(covered[best]) >= .8 * len(here):
            kept.add(best)
            counts["found by the tagger"] += 1
        else:
            open_.append(span)
    for start, end in open_:
        end = start + len(text[start:end].rstrip())
        if start and text[start - 1] in OPENING and text[end:end + 1] and text[end] in CLOSING:
            start, end = start - 1, end + 1
        elif text[end - 1] == ".":
            end -= 1
        rest, inside = None, None
        for k, x in enumerate(found):
            if k in kept:
                continue
            within = [(u, v) for role in ("source", "cue") for u, v in x[role] if start <= u and v <= end]
            shared = len(covered[k] & set(range(start, end)))
            if within:
                u, v = min(w[0] for w in within), max(w[1] for w in within)
                first = {text[a:b].lower() for a, b in within} & {"i", "we"}
                # "“We wait,” she said, “and sign.”": the cue interrupts what is said.
                if text[start:u].rstrip()[-1:] in tuple(",”\"?!’") and not quoted(text, u) and not first:
                    inside = k, u, v
                gone.add(k)
            elif shared > .3 * len(covered[k]) and x["cue"]:
                rest = k if rest is None else rest
                gone.add(k)
            elif shared:
                gone.add(k)
        if inside:
            k, u, v = inside
            while v < end and text[v] in " ,;.":
                v += 1
            contents = [[start, len(text[:u].rstrip())]] + ([[v, end]] if v < end else [])
            made.append({**found[k], "content": contents})
            counts["interrupted"] += 1
            continue
        if rest is not None and not any(u < end and v > start for role in ("source", "cue") for u, v in found[rest][role]):
            first = min(s for s, _ in found[rest]["content"])
            if first < start and FUNCTION.match(text[first:start]):
                start = first
            made.append({**found[rest], "content": [[start, end]]})
            counts["stretched"] += 1
            continue
        at = max(0, start - 300)
        at += max((m.end() for m in SENTENCE.finditer(text[at:start])), default=0)
        before = text[at:start]
        told = source_and_cue(before) if before.strip(' “"‘') else None
        spans = [[[at + s[0], at + s[1]]] if s else [] for s in (told or (None, None))]
        made.append({"source": spans[0], "cue": spans[1], "content": [[start, end]]})
        counts["by the words before" if told else "alone"] += 1
    taken = set().union(*(characters(x["content"]) for x in made)) if made else set()
    for k, x in enumerate(found):
        # What nobody has coded may be right all the same: the tagger's surest are kept.
        if k in gone or not (k in kept or x["confidence"] >= .7):
            continue
        contents = [s for s in x["content"] if not taken & set(range(*s)) and text[slice(*s)].strip()]
        if contents and (k in kept or contents == x["content"]):
            made.append({**x, "content": contents})
    made = [{role: [list(s) for s in x[role] if text[slice(*s)].strip()] for role in ("source", "cue", "content")} for x in made]
    return {"id": article["id"], "date": article.get("published") or "", "text": text,
            "attributions": [x for x in made if x["content"]]}
