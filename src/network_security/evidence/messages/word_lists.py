"""Words by which phishing works on its reader, in eight languages.

Each list holds one means of persuasion or pretext, after R. Cialdini's principles as applied to
phishing by A. Ferreira et al., "Principles of Persuasion in Social Engineering and Their Use in
Phishing" (HAS 2015), and the pretexts that the APWG's trend reports count: English, German,
French, Spanish, Portuguese, Italian, Dutch, Japanese. Case and accents do not matter.
"""

from typing import Final

URGENCY: Final = (
    "urgent", "urgently", "immediately", "immediate action", "action required", "act now",
    "as soon as possible", "within 24 hours", "within 48 hours", "within 72 hours", "24 hours",
    "48 hours", "72 hours", "expires today", "expires soon", "will expire", "has expired",
    "last chance", "final notice", "final warning", "last reminder", "final reminder",
    "before it is too late", "don't miss", "limited time", "hurry", "ends today", "only today",
    "last warning", "do not delay", "failure to", "immediate attention", "time is running out",
    "dringend", "sofort", "umgehend", "innerhalb von 24 stunden", "innerhalb von 48 stunden",
    "lauft ab", "abgelaufen", "letzte chance", "letzte mahnung", "letzte erinnerung",
    "handeln sie jetzt", "nur heute", "zeit ist begrenzt", "begrenzte zeit", "verpassen sie nicht",
    "handlungsbedarf", "unverzuglich", "urgence", "immediatement", "sous 24 heures",
    "sous 48 heures", "dernier rappel", "derniere chance", "expire", "dans les plus brefs delais",
    "action requise", "ne tardez pas", "urgente", "inmediatamente", "de inmediato",
    "en las proximas 24 horas", "ultimo aviso", "ultima oportunidad", "caduca", "accion requerida",
    "urgencia", "imediatamente", "em 24 horas", "ultima chance", "acao necessaria", "expira",
    "ultimas horas", "tempo limitado", "ainda hoje", "immediatamente", "entro 24 ore",
    "ultimo avviso", "in scadenza", "scaduto", "azione richiesta", "onmiddellijk", "binnen 24 uur",
    "laatste herinnering", "laatste kans", "verlopen", "vereiste actie", "vanavond", "至急",
    "緊急", "24時間以内", "48時間以内", "期限切れ", "最終通知", "お急ぎ", "直ちに",
    "next 24 hours", "in the next", "as quickly as possible", "do not miss", "today only",
    "soon as possible", "letzte mal", "keine zeit", "so schnell wie moglich", "nur noch",
    "le plus rapidement", "des maintenant", "lo antes posible", "cuanto antes",
    "o mais rapido possivel", "o quanto antes", "imediata", "immediata", "il prima possibile",
    "zo snel mogelijk", "nog vandaag", "本日中", "今すぐ",
)  # fmt: skip
"""Haste: scarcity of time."""

CREDENTIALS: Final = (
    "verify your account", "verify your identity", "confirm your account", "confirm your identity",
    "confirm your password", "update your account", "update your information", "verify now",
    "verification required", "validate your", "account verification", "sign in to your account",
    "log in to your account", "login to your account", "reset your password", "change password",
    "keep same password", "keep current password", "password expires", "password expiration",
    "your password", "unusual sign in", "unusual sign-in", "unusual activity",
    "suspicious activity", "unauthorized access", "security alert", "re-confirm", "reactivate",
    "mailbox upgrade", "upgrade your mailbox", "webmail", "seed phrase", "recovery phrase",
    "connect your wallet", "wallet", "confirm your email", "verify your email",
    "verify your e-mail", "update information", "konto bestatigen", "identitat bestatigen",
    "konto verifizieren", "daten aktualisieren", "daten bestatigen", "passwort", "kennwort",
    "zugangsdaten", "anmeldedaten", "verifizierung", "bestatigung erforderlich",
    "ungewohnliche aktivitat", "verifier votre compte", "confirmer votre compte", "confirmez vos",
    "mettre a jour vos", "mot de passe", "identifiants", "activite inhabituelle",
    "verifique su cuenta", "verificar su cuenta", "confirme su identidad", "actualice sus datos",
    "contrasena", "actividad inusual", "verificar sua conta", "confirme seus dados",
    "atualize seus dados", "atualizar cadastro", "senha", "recadastramento", "verificacao",
    "verifica il tuo account", "conferma i tuoi dati", "verifichi", "aggiornare i", "uw account",
    "bevestig uw", "wachtwoord", "verifieer", "inloggen", "アカウントの確認", "本人確認",
    "パスワード", "ログイン", "お客様情報", "再設定", "認証", "account details",
    "account information", "verify your", "confirm your", "update your", "validate",
    "authenticate", "sign-in details", "log-in", "ihr konto", "verifizieren", "verifizieren sie",
    "anmeldung", "votre compte", "su cuenta", "sua conta", "seu cadastro", "il tuo conto",
    "il suo conto", "アカウント",
)  # fmt: skip
"""Passwords, wallets, and the verification of an account."""

SUSPENSION: Final = (
    "account has been suspended", "account suspended", "account will be suspended",
    "account has been limited", "account is limited", "account has been locked", "account locked",
    "account will be closed", "account will be deleted", "account will be terminated",
    "account has been blocked", "account is blocked", "has been restricted", "deactivated",
    "deactivation", "temporarily suspended", "permanently deleted", "will be deleted",
    "be suspended", "be terminated", "be disabled", "has been disabled", "are disabled",
    "storage is full", "storage full", "mailbox is full", "quota exceeded",
    "subscription has expired", "service suspended", "has been put on hold", "on hold",
    "pending messages", "undelivered messages", "could not be delivered", "delivery failed",
    "your package", "your parcel", "konto gesperrt", "konto wurde eingeschrankt", "gesperrt",
    "eingeschrankt", "deaktiviert", "gekundigt", "speicher ist voll", "speicherplatz", "ihr paket",
    "sendung konnte nicht", "compte suspendu", "compte a ete suspendu", "sera suspendu",
    "compte bloque", "desactive", "votre colis", "cuenta suspendida", "cuenta bloqueada",
    "cuenta ha sido", "sera suspendida", "su paquete", "conta suspensa", "conta bloqueada",
    "conta sera", "bloqueio", "cancelamento", "sua encomenda", "encomenda", "sera bloqueada",
    "account sospeso", "conto bloccato", "sospeso", "bloccato", "il tuo pacco", "geblokkeerd",
    "opgeschort", "worden verwijderd", "uw pakket", "アカウントが停止", "利用停止", "利用制限",
    "一時停止", "ロック", "お荷物", "不在", "customs", "customs fee", "has been held", "held at",
    "shipment", "delivery attempt", "no longer valid", "is invalid", "zoll", "zollgebuhr",
    "lieferung", "frais de douane", "douane", "livraison", "aduana", "envio", "entrega",
    "alfandega", "retido", "retida", "taxado", "taxada", "leiloada", "dogana", "consegna",
    "spedizione", "bezorging", "pakket", "douanekosten", "配達", "関税", "不正利用", "無効",
)  # fmt: skip
"""An account, a mailbox or a parcel that is withheld."""

PAYMENT: Final = (
    "invoice", "overdue", "payment failed", "payment declined", "payment was declined",
    "pending payment", "outstanding payment", "payment method", "billing information",
    "update your payment", "update payment", "refund", "wire transfer", "bank account",
    "remittance", "purchase order", "has been charged", "will be charged", "auto-renewal",
    "renewal", "auto renew", "transaction successful", "order confirmation", "receipt",
    "bank transfer", "tax refund", "credit card", "debit card", "unpaid", "rechnung", "zahlung",
    "uberweisung", "mahnung", "ruckerstattung", "kontonummer", "bezahlung", "abbuchung",
    "lastschrift", "facture", "paiement", "remboursement", "virement", "impaye", "carte bancaire",
    "prelevement", "factura", "pago", "reembolso", "transferencia", "tarjeta", "pagamento",
    "fatura", "boleto", "cobranca", "nota fiscal", "pix", "fattura", "rimborso", "bonifico",
    "carta di credito", "factuur", "betaling", "terugbetaling", "openstaande", "請求書", "支払い",
    "お支払い", "返金", "クレジットカード", "引き落とし", "billing", "billing problem",
    "payment was not", "tax statement", "tax report", "your statement", "order number",
    "zahlungsbestatigung", "mitgliedschaft", "beitrag", "echeance", "impots", "factura pendiente",
    "impuestos", "taxas", "taxa", "receita federal", "debito", "irpf", "abbonamento", "pagare",
    "incasso", "belasting", "未払い", "税金", "会費",
)  # fmt: skip
"""Invoices, charges, refunds and taxes."""

LURE: Final = (
    "congratulations", "you have won", "you've won", "you won", "winner", "you have been selected",
    "you've been selected", "you have been chosen", "has been chosen", "claim your", "claim now",
    "your reward", "free gift", "gift card", "giveaway", "exclusive offer", "exclusive bonus",
    "free spins", "welcome bonus", "no deposit", "jackpot", "casino", "lottery", "prize", "survey",
    "make money", "earn money", "passive income", "guaranteed", "risk-free", "risk free",
    "investment opportunity", "bitcoin", "btc", "crypto", "beneficiary", "inheritance", "donation",
    "million dollars", "million usd", "compensation fund", "next of kin", "loan", "loans",
    "business proposal", "confidential", "miracle", "weight loss", "singles near you", "singles",
    "gewinn", "gewonnen", "gewinner", "gewinnen", "gluckwunsch", "herzlichen gluckwunsch",
    "gutschein", "freispiele", "ausgewahlt", "verlosung", "kostenlos", "exklusiver bonus",
    "begunstigte", "spende", "erbschaft", "kredit", "felicitations", "gagnant", "vous avez gagne",
    "selectionne", "cadeau", "recompense", "gratuitement", "tirage", "heritage", "beneficiaire",
    "felicidades", "ganador", "ha ganado", "premio", "sorteo", "regalo", "herencia", "prestamo",
    "parabens", "voce ganhou", "ganhador", "sorteio", "brinde", "resgate", "resgatar", "pontos",
    "premiacao", "oportunidades", "lucro", "congratulazioni", "complimenti", "hai vinto",
    "vincitore", "eredita", "gefeliciteerd", "winnaar", "prijs", "cadeaubon", "当選", "おめでとう",
    "プレゼント", "賞金", "無料", "ポイント", "bonus", "free trial", "voucher", "coupon", "reward",
    "rewards", "payout", "cash prize", "finalist", "mystery box", "participate", "airdrop",
    "double your", "wealth", "atm card", "erotic", "dating", "horny", "lonely", "save big",
    "exklusive", "exklusiven", "preis", "auszahlung", "teilnehmer", "jahresvorrat", "testpaket",
    "produkttester", "gratis", "glucklichen", "bon d'achat", "gagnez", "offert", "gratuit",
    "jeu concours", "exclusif", "bono", "cupon", "premios", "ganar", "ganaste", "gratuito",
    "ganhe", "ganhar", "bonus exclusivo", "lucrar", "emprestimo", "liberado", "buono", "vinci",
    "vincere", "premi", "winnen", "lening", "gokken", "当選金", "クーポン", "特典", "副業", "投資",
    "儲",
)  # fmt: skip
"""Prizes, gifts, loans, inheritances, quick money and company."""

EXTORTION: Final = (
    "i recorded you", "recorded you", "your webcam", "your device was", "i have hacked",
    "i hacked", "i have access to your", "infected your", "explicit video", "porn", "masturbat",
    "bitcoin wallet address", "pay the ransom", "keep this secret", "your contacts",
    "legal action", "arrest warrant", "lawsuit", "police", "ihre kamera", "aufgenommen",
    "strafverfolgung", "haftbefehl", "votre webcam", "poursuites", "police judiciaire",
    "convocation", "su camara", "acciones legales", "demanda", "intimacao", "processo judicial",
    "azioni legali", "uw webcam", "法的措置", "録画",
)  # fmt: skip
"""Exposure and the law."""

CONTACT: Final = (
    "contact me", "contact us immediately", "get back to me", "get back for", "get back to us",
    "reply to this email", "reply to this mail", "reply me", "kindly reply", "kindly", "call us",
    "call now", "toll free", "toll-free", "helpline", "help desk", "client support",
    "support number", "whatsapp", "telegram", "text me", "see attached", "find attached",
    "attached file", "attached document", "open the attached", "check the pdf", "antworten sie",
    "kontaktieren sie mich", "melden sie sich", "im anhang", "repondez", "contactez-moi",
    "piece jointe", "pongase en contacto", "responda a este", "adjunto", "responda este",
    "entre em contato", "em anexo", "anexo", "rispondi a questa", "mi contatti", "in allegato",
    "neem contact op", "bijlage", "ご連絡", "お電話", "添付",
)  # fmt: skip
"""Ways to go on without a link: an answer, a call, a file."""

GENERIC_GREETING: Final = (
    "dear customer", "dear user", "dear client", "dear member", "dear friend", "dear valued",
    "dear account", "dear email", "dear beneficiary", "dear sir/madam", "dear sir / madam",
    "dear winner", "dear subscriber", "dear cardholder", "valued customer", "dear shopper",
    "greetings to you", "hello dear", "my dear", "dearest", "sehr geehrter kunde",
    "sehr geehrte kundin", "lieber kunde", "sehr geehrter nutzer", "sehr geehrte/r", "guten tag",
    "cher client", "chere cliente", "cher utilisateur", "cher membre", "cher abonne",
    "estimado cliente", "estimada cliente", "estimado usuario", "querido cliente",
    "prezado cliente", "caro cliente", "prezado usuario", "prezado(a)", "caro(a)",
    "gentile cliente", "gentile utente", "beste klant", "geachte klant", "geachte heer",
    "お客様各位", "お客様へ", "会員様",
)  # fmt: skip
"""Greetings to whoever reads it."""

CALL_TO_ACTION: Final = (
    "click here", "click below", "click the button", "click on the", "click the link", "tap here",
    "verify", "confirm", "update now", "update your", "update information", "sign in", "log in",
    "login", "view document", "view file", "open document", "download", "claim", "get started",
    "start now", "play now", "join now", "buy now", "order now", "shop now", "learn more",
    "read more", "unlock", "activate", "renew", "restore", "continue", "proceed", "see more",
    "get yours", "pay now", "track", "schedule", "hier klicken", "klicken sie", "jetzt",
    "bestatigen", "anmelden", "einloggen", "weiter", "hier", "mehr erfahren", "cliquez ici",
    "cliquez", "confirmer", "verifier", "connexion", "acceder", "commencer", "haga clic",
    "clic aqui", "pulse aqui", "verificar", "confirmar", "iniciar sesion", "clique aqui", "clique",
    "acessar", "acesse", "comece", "atualizar", "regularizar", "resgatar", "clicca qui", "clicca",
    "verifica", "conferma", "accedi", "klik hier", "klik", "bevestig", "inloggen", "こちら",
    "クリック", "確認", "ログイン", "今すぐ",
)  # fmt: skip
"""What links say that want to be followed."""

UNSUBSCRIBE: Final = (
    "unsubscribe", "opt out", "opt-out", "manage preferences", "email preferences", "abmelden",
    "abbestellen", "austragen", "desabonner", "desinscrire", "desinscription", "darse de baja",
    "cancelar suscripcion", "cancelar inscricao", "descadastrar", "remover", "annulla iscrizione",
    "disiscriviti", "cancellati", "afmelden", "uitschrijven", "配信停止", "登録解除",
)  # fmt: skip
"""Ways out of a list."""
