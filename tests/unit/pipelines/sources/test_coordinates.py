"""Coordinates are degrees in France, whichever way they came."""

import numpy as np
import polars as pl
import pytest

from matchmaker.errors import InputFileError
from pipelines.sources.coordinates import in_france, locate, read_geolocation

PLACES = {
    "Melun": (48.54, 2.66),
    "Bastia": (42.70, 9.45),
    "Pointe-à-Pitre": (16.24, -61.53),
    "Cayenne": (4.93, -52.33),
    "Saint-Denis": (-20.88, 55.45),
    "Mamoudzou": (-12.78, 45.23),
    "Saint-Pierre": (46.78, -56.18),
}
ELSEWHERE = {
    "the origin": (0.0, 0.0),
    "Melun with its axes swapped": (2.66, 48.54),
    "London": (51.51, -0.13),
    "metres": (6826000.0, 674000.0),
}


@pytest.mark.parametrize("name", PLACES)
def test_all_of_france_is_in_france(name):
    latitude, longitude = PLACES[name]
    assert in_france(np.array([latitude]), np.array([longitude])).all()


@pytest.mark.parametrize("name", ELSEWHERE)
def test_nothing_else_is(name):
    latitude, longitude = ELSEWHERE[name]
    assert not in_france(np.array([latitude]), np.array([longitude])).any()


def test_the_projection_is_that_of_the_department():
    """Basse-Terre in UTM 20N and Melun in Lambert-93, in one table."""
    rows = pl.DataFrame(
        {
            "siret": ["1", "2"],
            "codeCommuneEtablissement": ["97105", "77288"],
            "x": ["641600", "674900"],
            "y": ["1768900", "6826800"],
        }
    )
    located = locate(rows, "x", "y", None)
    assert located["coordinate_fault"].to_list() == [None, None]
    assert located["latitude"].to_list() == pytest.approx([16.0, 48.54], abs=0.02)
    assert located["longitude"].to_list() == pytest.approx([-61.68, 2.66], abs=0.02)


def test_a_geolocation_file_without_coordinates_is_refused(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("siret,lat,lon\n00000000000017,48,2\n")
    with pytest.raises(InputFileError, match="y_latitude"):
        read_geolocation(path, np.array([17]), max_line_bytes=1_048_576, reject=print)


def test_wrong_rows_of_a_geolocation_file_are_set_apart(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text(
        "siret;x;y;epsg;x_longitude;y_latitude\n"
        "00000000000011;;;;2.4;48.6\n"
        "00000000000012;;;;east;48.6\n"
        "00000000000013;652000;6840000;999999;;\n"
        "00000000000014;652000;6840000;2154;;\n"
        "00000000000015;;;;;\n"
        "00000000000016;;;;48.6;2.4\n"
        "00000000000011;;;;2.5;48.7\n"
        "00000000000099;;;;x;y\n"
        "broken\n"
    )
    rejects = []
    wanted = np.array([11, 12, 13, 14, 15, 16])
    found = read_geolocation(path, wanted, max_line_bytes=1_048_576, reject=rejects.append)
    assert found.sirets.tolist() == [11, 14]
    assert found.latitudes.tolist() == pytest.approx([48.6, 48.66], abs=0.02)
    assert sorted((reject.line, reject.reason) for reject in rejects) == [
        (3, "geolocation: coordinate is not a number"),
        (4, "geolocation: coordinate is not a number"),
        (7, "geolocation: coordinates are outside France"),
        (10, "geolocation: row does not have as many fields as the header"),
    ]


def test_numbers_without_measure_are_set_apart(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text(
        "siret,x,y,epsg,x_longitude,y_latitude\n"
        "00000000000011,,,,2.4,48.6\n"
        "00000000000012,652000,6840000,1e20,,\n"
        "00000000000013,652000,6840000,1e300,,\n"
        "00000000000014,652000,6840000,inf,,\n"
        "00000000000015,1e400,1e400,2154,,\n"
        "00000000000016,,,,1e308,nan\n"
        "00000000000017,inf,inf,2154,inf,-inf\n"
    )
    rejects = []
    found = read_geolocation(
        path, np.arange(11, 18), max_line_bytes=1_048_576, reject=rejects.append
    )
    assert found.sirets.tolist() == [11]
    assert sorted(reject.line for reject in rejects) == [3, 4, 5, 6, 7, 8]


def test_decimal_commas_are_called_by_their_name(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("siret;x_longitude;y_latitude\n00000000000011;2,4;48,6\n")
    rejects = []
    with pytest.raises(InputFileError, match="decimal commas"):
        read_geolocation(path, np.array([11]), max_line_bytes=1_048_576, reject=rejects.append)
    with path.open("a") as file:
        file.write("00000000000012;2.4;48.6\n")
    rejects.clear()
    read_geolocation(path, np.array([11, 12]), max_line_bytes=1_048_576, reject=rejects.append)
    assert [reject.reason for reject in rejects] == [
        "geolocation: coordinate has a decimal comma, a point is needed"
    ]
