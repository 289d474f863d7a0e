#!/usr/bin/python3
"""Writes countries.inc, the table of countries that countries.cpp includes.

Run it with the Python of Debian 12 after `apt-get install -y python3-phonenumbers iso-codes`:

    /usr/bin/python3 net/dialects/make_countries.py

The same package versions give the same bytes, and the fragment names the versions it came from.
"""

import json
import pathlib
import subprocess
import uuid

import phonenumbers
from phonenumbers import PhoneMetadata

ISO_3166_1 = pathlib.Path("/usr/share/iso-codes/json/iso_3166-1.json")
OUTPUT = pathlib.Path(__file__).with_name("countries.inc")
PACKAGES = ("iso-codes", "python3-phonenumbers")
ID_PREFIX = "https://hansom.invalid/countries/"
LINE_WIDTH_MAX = 100

# ISO 3166-1 gives some names in the inverted or official form, which no one expects in a list to
# choose from. Both Congos are spelt out, for the short form does not tell them apart.
SHORT_NAMES = {
    "BN": "Brunei",
    "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "MF": "Saint Martin",
    "PN": "Pitcairn Islands",
    "PS": "Palestine",
    "RU": "Russia",
    "SX": "Sint Maarten",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
}

# The metadata knows no numbers for these territories, most of which nobody lives in. Each is
# dialled, as far as it can be dialled at all, within the numbering plan of the region named here,
# from which it takes both the calling code and the length of a number.
NUMBERED_WITH = {
    # Antarctica has no code of its own, and many stations are reached by the code of the country
    # that runs them. The one code that covers numbers there is +672, the Australian external
    # territories, whose numbers in 1 are the Australian stations. Norfolk Island stands for it.
    "AQ": "NF",
    # Bouvet Island is a dependency of Norway, has no inhabitants and no code of its own.
    "BV": "NO",
    # South Georgia and the South Sandwich Islands share +500 with the Falkland Islands.
    "GS": "FK",
    # Heard Island and McDonald Islands are an uninhabited Australian external territory: +672.
    "HM": "NF",
    # Pitcairn is a British territory, but its telephones are in the plan of New Zealand.
    "PN": "NZ",
    # The French territories in the Indian Ocean share +262, whose main region is Réunion.
    "TF": "RE",
    # The minor outlying islands are administered by the United States, and numbered with it.
    "UM": "US",
}


def package_version(package):
    """The installed version, as Debian writes it."""
    query = ["dpkg-query", "--show", "--showformat=${Version}", package]
    return subprocess.run(query, check=True, capture_output=True, text=True).stdout


def name_of(country):
    code = country["alpha_2"]
    return SHORT_NAMES.get(code) or country.get("common_name") or country["name"]


def calling_code_of(region):
    code = phonenumbers.country_code_for_region(region)
    if code == 0:
        raise SystemExit(f"{region} has no calling code: give it a rule in NUMBERED_WITH")
    return f"+{code}"


def phone_limit_of(region):
    """The digits of the longest national mobile number, without the trunk prefix."""
    metadata = PhoneMetadata.metadata_for_region(region)
    for description in (metadata.mobile, metadata.general_desc):
        # A kind of number that a region does not have is marked there with the length -1.
        lengths = [length for length in description.possible_length if length > 0]
        if lengths:
            return max(lengths)
    raise SystemExit(f"{region} has no length of a number")


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def entry(country):
    """The initializer of one Country, on two lines where one would be too long."""
    code = country["alpha_2"]
    region = NUMBERED_WITH.get(code, code)
    fields = [
        quoted(code),
        quoted(name_of(country)),
        quoted(calling_code_of(region)),
        str(phone_limit_of(region)),
    ]
    head = "{" + ", ".join(fields) + ","
    tail = quoted(str(uuid.uuid5(uuid.NAMESPACE_URL, ID_PREFIX + code))) + "},"
    separator = " " if len(head) + 1 + len(tail) <= LINE_WIDTH_MAX else "\n "
    return head + separator + tail


def check_rules(countries):
    """A rule that no longer applies would go unnoticed, and hide what newer packages know."""
    codes = {country["alpha_2"] for country in countries}
    for code in sorted(SHORT_NAMES.keys() | NUMBERED_WITH.keys()):
        if code not in codes:
            raise SystemExit(f"{code} has a rule here but is not in ISO 3166-1")
    for code in NUMBERED_WITH:
        if phonenumbers.country_code_for_region(code) != 0:
            raise SystemExit(f"{code} has a calling code now: drop its rule in NUMBERED_WITH")


def main():
    countries = json.loads(ISO_3166_1.read_text(encoding="utf-8"))["3166-1"]
    check_rules(countries)
    versions = ", ".join(f"{package} {package_version(package)}" for package in PACKAGES)
    lines = [f"// Generated by make_countries.py from {versions}."]
    lines += [entry(country) for country in sorted(countries, key=lambda c: c["alpha_2"])]
    OUTPUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
