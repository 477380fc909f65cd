"""A new unit on a spreadsheet: three points, nine rooms, eight people of its own, six partners."""

from datetime import time

from tests.office.transfer.books import Rows, filled

POINTS = {"Porvoo": ("06100", 4), "Loviisa": ("07900", 3), "Sipoo": ("04130", 2)}
OWN = [
    ("Ritva Sihteeri", "toimistosihteeri", "secretary"),
    *((f"Lastenvalvoja Numero{n}", "lastenvalvoja", "child supervisor") for n in range(1, 6)),
    *((f"Ohjaaja Numero{n}", "ohjaaja", "guide") for n in range(1, 3)),
]
PARTNERS = [f"Kumppani Numero{n}" for n in range(1, 7)]


def a_unit() -> bytes:
    rows: Rows = {
        "Service points": [
            {
                "Name in Finnish": f"{city}n toimipiste",
                "Name in Swedish": f"Verksamhetsstället i {city}",
                "Street in Finnish": "Katu 1",
                "Postcode": postcode,
                "City in Finnish": city,
            }
            for city, (postcode, _rooms) in POINTS.items()
        ],
        "Rooms": [
            {"Service point": f"{city}n toimipiste", "Room": f"Huone {n}"}
            for city, (_postcode, rooms) in POINTS.items()
            for n in range(rooms)
        ],
        "Partner organisations": [{"Name in Finnish": f"Perheneuvola {n}"} for n in range(1, 7)],
        "People": [
            *(
                {
                    "Name": name,
                    "Title in Finnish": title,
                    "E-mail": f"{name.replace(' ', '.').lower()}@example.org",
                    "Services": "*",
                    "Service points": "; ".join(f"{city}n toimipiste" for city in POINTS),
                    "Signs in as": name.replace(" ", ".").lower(),
                    "Roles": role,
                }
                for name, title, role in OWN
            ),
            *(
                {
                    "Name": name,
                    "Title in Finnish": "psykologi",
                    "Partner organisation": f"Perheneuvola {n}",
                    "Services": "*",
                }
                for n, name in enumerate(PARTNERS, 1)
            ),
        ],
        "Hours": [
            *(
                {
                    "Person": name,
                    "Weekdays": "mon-wed",
                    "From": time(8),
                    "Until": "16",
                    "Service point": "Porvoon toimipiste",
                }
                for name, _title, role in OWN
                if role != "secretary"
            ),
            {
                "Person": "Ritva Sihteeri",
                "Weekdays": "mon-thu",
                "From": 9,
                "Until": 12,
                "Kind of hours": "phone hours",
                "Service point": "Porvoon toimipiste",
            },
            {
                "Person": "Lastenvalvoja Numero1",
                "Weekdays": "thu",
                "From": 8,
                "Until": 12,
                "Kind of hours": "walk-in",
                "Service point": "Porvoon toimipiste",
            },
        ],
    }
    return filled(rows)
