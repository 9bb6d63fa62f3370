"""Communes are found, old codes lead to new ones, and distances are those on the ground."""

import csv
import gzip
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker import territory
from matchmaker.errors import UnknownCodeError

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.tuples(latitudes, longitudes)


def test_a_commune():
    evry = territory.commune("91228")
    assert (evry.name, evry.department, evry.epci) == ("Évry-Courcouronnes", "91", "200059228")
    assert evry.postcodes == ("91000", "91080")
    assert evry.population > 60_000
    assert territory.is_known_commune("91228")
    assert not territory.is_known_commune("91182")


@pytest.mark.parametrize(
    ("code", "cure"),
    [("91182", "now part of 91228"), ("75056", "only communes of 77 and 91"), ("", "five digits")],
)
def test_unknown_communes_are_refused_with_a_cure(code, cure):
    with pytest.raises(UnknownCodeError, match=cure):
        territory.commune(code)


@pytest.mark.parametrize(
    ("former", "present"),
    [
        ("77028", "77433"),  # Beautheil
        ("77166", "77316"),  # Écuelles
        ("77170", "77316"),  # Épisy
        ("77299", "77316"),  # Montarlot
        ("77491", "77316"),  # Veneux-les-Sablons
        ("91173", "91613"),  # Congerville
        ("91182", "91228"),  # Courcouronnes
        ("91222", "91390"),  # Estouches
        ("77288", "77288"),  # Melun is still Melun
        ("13055", "13055"),  # unknown here, unchanged
    ],
)
def test_former_codes_lead_to_present_ones(former, present):
    assert territory.current_commune(former) == present


def test_communes_of_a_department():
    assert len(territory.communes()) == 701
    assert len(territory.communes("77")) == 507
    assert len(territory.communes("91")) == 194
    with pytest.raises(UnknownCodeError, match="'75'"):
        territory.communes("75")


def test_communes_lie_in_their_territory():
    for place in territory.communes():
        assert 48.1 < place.latitude < 49.15
        assert 1.9 < place.longitude < 3.6
        assert place.code.startswith(place.department)
        # Paray-Vieille-Poste has the airport's 94390 as well
        assert any(postcode.startswith(place.department) for postcode in place.postcodes)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Évry-Courcouronnes", "91228"),
        ("EVRY", "91228"),
        ("evry cedex", "91228"),
        ("COURCOURONNES", "91228"),
        ("MELUN CEDEX 9", "77288"),
        ("ST FARGEAU PONTHIERRY", "77407"),
        ("Saint-Fargeau-Ponthierry", "77407"),
        ("STE GENEVIEVE DES BOIS", "91549"),
        ("LE MEE S/SEINE", "77285"),
        ("MEE SUR SEINE (LE)", "77285"),
        ("L'HAY LES ROSES", None),
        ("D’Huison-Longueville", "91198"),
        ("MERÉVILLE", "91390"),
        ("SAINTS", "77433"),
        ("Blandy", None),  # there is one in each department
        ("Marseille", None),
        ("", None),
    ],
)
def test_communes_by_name(name, code):
    found = territory.commune_by_name(name)
    assert (found.code if found else None) == code


def test_a_department_settles_a_name_that_two_communes_have():
    assert territory.commune_by_name("BLANDY", "77").code == "77034"
    assert territory.commune_by_name("BLANDY", "91").code == "91067"
    assert territory.commune_by_name("MELUN", "91") is None


def test_names_of_the_stock_lead_to_their_codes(shared_data):
    path = shared_data / "sirene" / "stock_etablissement_2021-11_77_91.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        named = {
            (row["libelleCommuneEtablissement"], row["codeCommuneEtablissement"])
            for row in csv.DictReader(stream)
        }
    assert len(named) > 700
    for name, code in named:
        found = territory.commune_by_name(name, code[:2])
        assert found is not None, name
        assert found.code == territory.current_commune(code), name


@pytest.mark.parametrize(
    ("commune_code", "department"),
    [("77288", "77"), ("01004", "01"), ("2A004", "2A"), ("2B033", "2B"), ("97105", "971"),
     ("97608", "976"), ("98735", "987"), ("95500", "95")],
)  # fmt: skip
def test_department_of_a_commune(commune_code, department):
    assert territory.department_of(commune_code) == department


@pytest.mark.parametrize(
    "malformed", ["", "1004", "77", "770288", "2C004", "2a004", "20004", "96001", "99100", "00100",
                  "97001", "٧٧288", "77 88"]
)  # fmt: skip
def test_malformed_commune_codes_are_refused(malformed):
    with pytest.raises(UnknownCodeError, match="malformed"):
        territory.department_of(malformed)


def test_departments():
    assert len(territory.departments()) == 101
    assert territory.department("91").name == "Essonne"
    assert territory.department("2A").region_name == "Corse"
    with pytest.raises(UnknownCodeError, match="'20' is no department"):
        territory.department("20")


@pytest.mark.parametrize("code", ["77", "91"])
def test_centre_of_a_department_is_where_its_people_live(code):
    """Against the communes table, which has another source."""
    places = territory.communes(code)
    people = [place.population for place in places]
    latitude = np.average([place.latitude for place in places], weights=people)
    longitude = np.average([place.longitude for place in places], weights=people)
    centre = territory.department(code)
    assert territory.great_circle_km(latitude, longitude, centre.latitude, centre.longitude) < 5


@pytest.mark.parametrize(
    ("code", "latitude", "longitude", "within_km"),
    [
        ("75", 48.8566, 2.3522, 3),  # Paris
        ("13", 43.2965, 5.3698, 25),  # Marseille
        ("29", 48.20, -4.29, 20),  # halfway between Brest and Quimper
        ("31", 43.6045, 1.4442, 15),  # Toulouse
        ("69", 45.7640, 4.8357, 10),  # Lyon
        ("2A", 41.9192, 8.7386, 30),  # Ajaccio
        ("974", -21.1151, 55.5364, 30),  # the middle of La Réunion
        ("973", 4.9224, -52.3135, 100),  # Cayenne
        ("976", -12.8, 45.16, 10),  # the middle of Mayotte
    ],
)
def test_centres_of_other_departments(code, latitude, longitude, within_km):
    centre = territory.department(code)
    away = territory.great_circle_km(latitude, longitude, centre.latitude, centre.longitude)
    assert away < within_km


def test_every_department_has_a_centre_in_its_part_of_the_world():
    for place in territory.departments():
        if len(place.code) == 2:
            assert 41.3 < place.latitude < 51.1
            assert -5.2 < place.longitude < 9.6
        else:
            assert -22 < place.latitude < 17


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("77,91", ("77", "91")),
        (" 91 , 77 ", ("91", "77")),
        ("77,77", ("77",)),
        ("2a,974", ("2A", "974")),
        ("all", None),
        (" ALL ", None),
    ],
)
def test_choice_of_departments(text, chosen):
    assert territory.parse_departments(text) == chosen


@pytest.mark.parametrize("text", ["", "  ", "77,", "20", "1", "77;91", "977", "all,77"])
def test_wrong_choices_of_departments_are_refused(text):
    with pytest.raises(UnknownCodeError, match="department"):
        territory.parse_departments(text)


def test_known_distances():
    """A quarter of a meridian; Paris to Marseille, 661 km."""
    assert territory.great_circle_km(0, 0, 90, 0) == pytest.approx(math.pi / 2 * 6371.0088)
    away = territory.great_circle_km(48.8566, 2.3522, 43.2965, 5.3698)
    assert away == pytest.approx(661, abs=1)


def test_melun_to_evry_by_the_law_of_cosines():
    melun, evry = territory.commune("77288"), territory.commune("91228")
    phi, other_phi = math.radians(melun.latitude), math.radians(evry.latitude)
    turn = math.radians(evry.longitude - melun.longitude)
    cosine = math.sin(phi) * math.sin(other_phi)
    cosine += math.cos(phi) * math.cos(other_phi) * math.cos(turn)
    away = territory.great_circle_km(melun.latitude, melun.longitude, evry.latitude, evry.longitude)
    assert away == pytest.approx(6371.0088 * math.acos(cosine), abs=1e-6)
    assert 16 < away < 20


def test_distances_broadcast():
    latitude, longitude = np.array([48.5, 48.6, 48.7]), np.array([2.4, 2.5, 2.6])
    table = territory.great_circle_km(
        latitude[:, None], longitude[:, None], latitude[None, :], longitude[None, :]
    )
    assert table.shape == (3, 3)
    assert table.dtype == np.float64
    assert np.diag(table) == pytest.approx(0)
    assert np.isnan(territory.great_circle_km(np.nan, 2, 48, 2))


@given(points, points)
def test_distance_is_symmetric_and_at_most_half_way_round(here, there):
    away = territory.great_circle_km(*here, *there)
    assert away == pytest.approx(territory.great_circle_km(*there, *here))
    assert 0 <= away <= math.pi * 6371.0088 + 1e-6


@given(points, points, points)
def test_a_detour_is_never_shorter(here, there, between):
    straight = territory.great_circle_km(*here, *there)
    detour = territory.great_circle_km(*here, *between)
    detour += territory.great_circle_km(*between, *there)
    assert straight <= detour + 1e-3  # near antipodes the haversine keeps about a metre


@given(points, points)
def test_chords_agree_with_the_haversine(here, there):
    vectors = territory.unit_vectors([here[0], there[0]], [here[1], there[1]])
    chord = np.linalg.norm(vectors[0] - vectors[1])
    expected = territory.great_circle_km(*here, *there)
    assert territory.chord_to_km(chord) == pytest.approx(expected, abs=2e-3, rel=1e-9)


@given(st.lists(points, min_size=1, max_size=20))
def test_unit_vectors_have_length_one(places):
    vectors = territory.unit_vectors(*np.array(places).T)
    assert vectors.shape == (len(places), 3)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)


def lambert93_inverse(x, y):
    """Latitude and longitude by IGN's algorithm ALG0004 (note NTG 71), GRS 80."""
    n, scale, x_pole, y_pole = 0.7256077650, 11754255.426, 700000.0, 12655612.050
    eccentricity = 0.08181919112
    radius = math.hypot(x - x_pole, y - y_pole)
    longitude = math.radians(3) + math.atan((x - x_pole) / (y_pole - y)) / n
    isometric = -math.log(radius / scale) / n
    latitude = 2 * math.atan(math.exp(isometric)) - math.pi / 2
    for _ in range(20):
        ratio = (1 + eccentricity * math.sin(latitude)) / (1 - eccentricity * math.sin(latitude))
        latitude = 2 * math.atan(ratio ** (eccentricity / 2) * math.exp(isometric)) - math.pi / 2
    return math.degrees(latitude), math.degrees(longitude)


@pytest.mark.parametrize(
    ("x", "y"), [(652381, 6862047), (674000, 6828000), (145000, 6835000), (1240000, 6150000)]
)
def test_lambert_93_by_the_published_algorithm(x, y):
    latitude, longitude = territory.wgs84_from_lambert93(x, y)
    assert (float(latitude), float(longitude)) == pytest.approx(lambert93_inverse(x, y), abs=1e-7)


def test_lambert_93_in_the_centre_of_paris():
    latitude, longitude = territory.wgs84_from_lambert93(652381, 6862047)
    assert territory.great_circle_km(latitude, longitude, 48.853, 2.350) < 0.5


@pytest.mark.parametrize(
    ("department", "central_meridian", "false_northing"),
    [
        ("971", -63, 0),
        ("972", -63, 0),
        ("973", -51, 0),
        ("974", 57, 10_000_000),
        ("975", -57, 0),
        ("976", 45, 10_000_000),
    ],
)
def test_overseas_zones_by_their_central_meridian(department, central_meridian, false_northing):
    """In UTM, easting 500 km is the central meridian and the false northing the equator."""
    epsg = territory.projection_of(department)
    latitude, longitude = territory.wgs84_from_projected([500_000], [false_northing], epsg)
    assert latitude == pytest.approx([0], abs=1e-5)
    assert longitude == pytest.approx([central_meridian], abs=1e-5)


def test_projections_are_vectorised_and_let_missing_through():
    latitude, longitude = territory.wgs84_from_lambert93(
        np.array([652381, np.nan, 674000]), np.array([6862047, 6862047, np.nan])
    )
    assert np.isnan(latitude).tolist() == np.isnan(longitude).tolist() == [False, True, True]
    assert territory.projection_of("77") == territory.projection_of("2A") == 2154


def test_unknown_projections_are_refused():
    with pytest.raises(UnknownCodeError, match="EPSG 99999"):
        territory.wgs84_from_projected([0], [0], 99999)
