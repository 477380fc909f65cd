"""Whether a text mentions money: the children's page must not. Pure.

It is better to leave out one promise too many than to mention a sum; the page that offers the
document says that something was left out.
"""

import re

_MONEY = re.compile(
    r"[€$£]|\beur|euro|\braha|rahaa|rahast|\bmaks|elatus|\belatu|ruokko|kustann|lapsilis|\bvelka|\bvelat|"
    r"\bvelko|\bhinta|\bhinna|\bpalkka|\bpalka|\bsääst|"
    r"pengar|kostna|kosta|betal|underhåll|barnbidrag|\bskuld|\bkron|\bpris|\blön\b|\blönen|\bspar|"
    r"money|\bcost|\bpay|\bpaid|maintenance|\bdebt|\bprice|\bsalary|\bwage|\bexpens|allowance|\bsaving",
    re.IGNORECASE,
)


def speaks_of_money(text: str) -> bool:
    return _MONEY.search(text) is not None
