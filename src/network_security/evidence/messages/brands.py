"""Brands that phishing imitates, and the domains that are theirs.

A brand owns a domain when its registered name begins with the brand's (`paypal.de`), or when the
domain stands here. Names that are everyday words in a language are left out, or stand here with
what makes them a brand.

Source: the sectors and brands of APWG's trend reports, Check Point's brand phishing reports and
JPCERT/CC's monthly lists; domains from the brands' own sites.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from network_security.evidence.messages.wording import plain
from network_security.evidence.urls.hosts import Host

BRANDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "adobe": (), "airbnb": (), "alibaba": (), "aliexpress": (), "amazon": ("amzn.to", "a2z.com"),
    "american express": ("americanexpress.com", "aexp.com", "amex.com"),
    "apple id": ("apple.com", "icloud.com"), "at&t": ("att.com", "att.net"),
    "bank of america": ("bankofamerica.com", "bofa.com"), "banco do brasil": ("bb.com.br",),
    "barclays": (), "binance": (), "blockchain.com": ("blockchain.com",), "booking.com": (),
    "bradesco": (), "caixa": (), "capital one": ("capitalone.com",), "citibank": ("citi.com",),
    "coinbase": (), "commerzbank": (), "correios": (), "costco": (), "credit agricole": (
        "credit-agricole.fr",
    ), "deutsche bank": ("db.com", "deutsche-bank.de"), "dhl": (), "discord": (), "docusign": (),
    "dropbox": (), "ebay": (), "facebook": ("fb.com", "meta.com", "facebookmail.com"), "fedex": (),
    "google": ("gmail.com", "youtube.com", "goo.gl"), "hsbc": (), "icloud": ("apple.com",),
    "instagram": (), "itau": (), "kraken": (), "la banque postale": ("labanquepostale.fr",),
    "ledger live": ("ledger.com",), "linkedin": ("lnkd.in",), "lowe's": ("lowes.com",),
    "mastercard": (), "mcafee": (), "mercado livre": ("mercadolivre.com.br",), "mercari": (),
    "metamask": (), "microsoft": (
        "live.com", "office.com", "office365.com", "microsoftonline.com", "outlook.com",
        "sharepoint.com", "windows.com", "bing.com", "msn.com", "azure.com", "aka.ms",
    ),
    "netflix": (), "norton": ("norton.com", "nortonlifelock.com", "symantec.com"), "nubank": (),
    "office 365": ("office.com", "microsoft.com", "microsoftonline.com"),
    "onedrive": ("live.com", "microsoft.com", "sharepoint.com"),
    "outlook": ("outlook.com", "live.com", "microsoft.com", "office.com"), "paypal": (),
    "paypay": (), "postbank": (), "rakuten": (), "revolut": (), "ripple": (), "saison": (),
    "santander": (), "sharepoint": ("microsoft.com", "office.com"), "sparkasse": (), "spotify": (),
    "steam": ("steampowered.com", "steamcommunity.com"), "telegram": ("t.me",), "temu": (),
    "trust wallet": ("trustwallet.com",), "trezor": (), "ups": (), "usaa": (), "usps": (),
    "walmart": (), "wells fargo": ("wellsfargo.com",), "wetransfer": ("we.tl",), "whatsapp": (),
    "zelle": ("zellepay.com",), "三井住友": ("smbc.co.jp", "smbc-card.com"), "楽天": (
        "rakuten.co.jp", "rakuten-card.co.jp",
    ),
    "ヤマト運輸": ("kuronekoyamato.co.jp",), "佐川急便": ("sagawa-exp.co.jp",),
})  # fmt: skip


@cache
def written_brands() -> Mapping[str, str]:
    """Each brand as it stands in text that `wording.plain` returned -> its name in `BRANDS`."""
    return {plain(name): name for name in BRANDS}


def owns(brand: str, host: Host) -> bool:
    """Whether a host is the brand's.

    >>> from network_security.evidence.urls import host_of
    >>> owns("paypal", host_of("www.paypal.de")), owns("paypal", host_of("paypal.example.com"))
    (True, False)
    """
    if host.domain in BRANDS[brand]:
        return True
    # A private suffix is no brand's: anyone gets paypal.github.io.
    registered = len(host.sub_domains) == len(host.icann_sub_domains)
    name = host.domain.partition(".")[0]
    return registered and name == brand.partition(".")[0].replace(" ", "")
