"""Pages and writes of a cooperation, with the rank each needs: 1 read, 2 write, 3 facilitate."""

PAGES = [
    ("attentes/", 1), ("plan/", 1), ("faits/", 1), ("accord/", 1), ("rencontres/", 1),
    ("parties/", 1), ("journal/", 1), ("evaluation/", 1), ("indicateurs/nouveau/", 2), ("signaux/", 1), ("agenda.ics", 1), ("dossier.pdf", 1),
    ("dossier.docx", 1), ("dossier.ods", 1), ("dossier.pptx", 1),
    ("attentes/nouveau/", 2), ("actions/nouveau/", 2), ("depenses/nouveau/", 2),
    ("financements/nouveau/", 2), ("engagements/nouveau/", 2), ("rencontres/nouveau/", 2),
    ("decisions/nouveau/", 2), ("faits/nouveau/", 2), ("accord/nouvelle/", 2),
    ("accord/reexamen/", 2), ("parties/nouveau/", 3), ("reglages/", 3),
]  # fmt: skip
WRITES = [
    ("faits/nouveau/", 2), ("engagements/nouveau/", 2), ("etape/", 2), ("signaux/reponse/", 2),
    ("parties/nouveau/", 3), ("invitations/", 3), ("reglages/", 3),
]  # fmt: skip
