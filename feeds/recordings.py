"""Which recordings can be played? The one list of them."""

from collections.abc import Mapping

from feeds import beijing_air, cnemc_air, los_angeles_traffic, san_francisco_fire
from feeds.recorded_beijing import BeijingRecording
from feeds.recorded_cnemc import CnemcRecording
from feeds.recorded_los_angeles import LosAngelesRecording
from feeds.recorded_san_francisco import SanFranciscoRecording
from feeds.recording import OpenRecording, Recording, RecordingError, TimedRaw

__all__ = ["RECORDINGS", "OpenRecording", "Recording", "RecordingError", "TimedRaw"]

_LOS_ANGELES = Recording(
    name="los-angeles-traffic",
    system="road",
    feed=los_angeles_traffic.FEED.name,
    zone=los_angeles_traffic.ZONE,
    title="Los Angeles freeways, 207 detectors, a week of March 2012",
    public_source="METR-LA (Los Angeles County loop detectors) as distributed with T-GCN",
    patterns=("traffic/los_speed.csv", "traffic/los_speed.csv.gz"),
    opener=LosAngelesRecording,
)
_BEIJING = Recording(
    name="beijing-air",
    system="air",
    feed=beijing_air.FEED.name,
    zone=beijing_air.ZONE,
    title="Beijing, 12 air quality stations, December 2016 and January 2017",
    public_source="UCI Beijing Multi-Site Air-Quality Data (PRSA)",
    patterns=("air/PRSA_201612-201701/PRSA_Data_*.csv", "air/PRSA_201612-201701/PRSA_Data_*.csv.gz"),
    opener=BeijingRecording,
)
_CNEMC = Recording(
    name="cnemc-air",
    system="air",
    feed=cnemc_air.FEED.name,
    zone=cnemc_air.ZONE,
    title="China, 1,495 air quality stations of 367 cities, one hour of February 2018",
    public_source="China National Environmental Monitoring Centre live feed, as kept in ChinaAQIData",
    patterns=("air/cnemc_airnow_*.json", "air/cnemc_airnow_*.json.gz"),
    opener=CnemcRecording,
)
_SAN_FRANCISCO = Recording(
    name="san-francisco-fire",
    system="emergency",
    feed=san_francisco_fire.FEED.name,
    zone=san_francisco_fire.ZONE,
    title="San Francisco, 3,560 fire and ambulance calls, New Year's week of 2017",
    public_source="DataSF Fire Department Calls for Service (nuek-vuh3)",
    patterns=(
        "emergency/sf_Fire_Department_Calls_for_Service_*.csv",
        "emergency/sf_Fire_Department_Calls_for_Service_*.csv.gz",
    ),
    opener=SanFranciscoRecording,
)

RECORDINGS: Mapping[str, Recording] = {
    recording.name: recording for recording in (_LOS_ANGELES, _BEIJING, _CNEMC, _SAN_FRANCISCO)
}
