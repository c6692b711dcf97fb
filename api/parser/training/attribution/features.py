"""What the uncased tokenizer throws away: one small code per token for case, spacing and quotation.

The code of a token is 1 + 25 * case + 5 * space + quote, 0 for [CLS], [SEP] and padding. All three
parts are read from the raw text at the token's first character.

case   of the maximal run of letters and digits around that character:
       0 none (punctuation), 1 starts with a lower-case or caseless letter, 2 starts with an upper-case
       letter, 3 at least two letters and none of them lower-case, at least two upper-case, 4 starts with a digit
space  between the end of the token before and this one:
       0 nothing, 1 white space, 2 white space with one line feed, 3 with two or more, 4 first token
quote  0 outside double quotation marks, 1 the opening mark, 2 inside, 3 the closing mark,
       4 inside a quotation that its line does not close
"""
import re

CODES = 126                      # 1 + 5 cases * 5 spaces * 5 quotes
CASES, SPACES, QUOTES = 5, 5, 5
RUN = re.compile(r"[^\W_]+")     # letters and digits
LINE = re.compile(r"[^\r\n]+")
OPENING, CLOSING, STRAIGHT = "\u201c\u201e\u00ab", "\u201d\u00bb", '"'
MARK = re.compile('[\u201c\u201e\u00ab\u201d\u00bb"]')


def quotations(text):
    """Stretches [start, end, closed] of `text` in double quotation marks, marks included, in text order.

    Every line is read by itself. Outside a quotation any mark but a closing one opens it; inside, any
    mark but an opening one closes it. What the line does not close ends with the line.
    """
    found = []
    for line in LINE.finditer(text):
        opened = None
        for match in MARK.finditer(text, line.start(), line.end()):
            mark, at = match.group(), match.start()
            if opened is None and mark not in CLOSING:
                opened = at
            elif opened is not None and mark not in OPENING:
                found.append((opened, at + 1, True))
                opened = None
        if opened is not None:
            found.append((opened, line.end(), False))
    return found


def case_of(run):
    """Case class 1 to 4 of a run of letters and digits."""
    if run[0].isdigit():
        return 4
    upper = sum(c.isupper() for c in run)
    if upper >= 2 and not any(c.islower() for c in run):
        return 3
    return 2 if run[0].isupper() else 1


def shape_codes(text, offsets):
    """Code of each token; `offsets` are the tokens' [start, end) in code points."""
    case, quote = bytearray(len(text)), bytearray(len(text))
    for run in RUN.finditer(text):
        case[run.start():run.end()] = bytes([case_of(run.group())]) * (run.end() - run.start())
    for start, end, closed in quotations(text):
        quote[start:end] = bytes([2 if closed else 4]) * (end - start)
        quote[start] = 1
        if closed:
            quote[end - 1] = 3
    codes, before = [], None
    for start, end in offsets:
        if before is None:
            space = 4
        elif start <= before:
            space = 0
        else:
            space = 1 + min(2, text.count("\n", before, start))
        before = end
        codes.append(1 + 25 * case[start] + 5 * space + quote[start])
    return codes
