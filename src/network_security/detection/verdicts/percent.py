"""Shares in words that promise no more than is known."""


def percent(share: float) -> str:
    """A share of 1 as ``95.8 %``; what is not certain is never shown as 0 or 100 %.

    >>> percent(0.9584), percent(0.99999), percent(0.00001), percent(1.0)
    ('95.8 %', 'over 99.9 %', 'under 0.1 %', '100.0 %')
    """
    rounded = f"{100 * share:.1f}"
    if rounded == "100.0" and share < 1:
        return "over 99.9 %"
    if rounded == "0.0" and share > 0:
        return "under 0.1 %"
    return f"{rounded} %"
