"""Which recordings can be played? The one list of them."""

from collections.abc import Mapping
from dataclasses import replace

from feeds import (
    aarhus_links,
    beijing_air,
    beijing_taxi,
    beijing_weather,
    birmingham_parking,
    buffalo_avl,
    chicago_red_light,
    cnemc_air,
    hangzhou_crowd,
    hangzhou_metro,
    los_angeles_traffic,
    noisemonitor,
    nyc_311,
    nyeri_water,
    pems_flow,
    queensland_river,
    san_francisco_fire,
    shenzhen_card,
    smart_grid_meters,
    workplace_charging,
)
from feeds.recorded_aarhus import AarhusRecording
from feeds.recorded_beijing import BeijingRecording, BeijingWeatherRecording
from feeds.recorded_birmingham import BirminghamRecording
from feeds.recorded_buffalo import BuffaloRecording
from feeds.recorded_chicago import ChicagoRecording
from feeds.recorded_cnemc import CnemcRecording
from feeds.recorded_hangzhou import HangzhouCrowdRecording, HangzhouRecording
from feeds.recorded_los_angeles import LosAngelesRecording
from feeds.recorded_noise import NoiseRecording
from feeds.recorded_nyc import NewYorkRecording
from feeds.recorded_nyeri import NyeriRecording
from feeds.recorded_pems import PemsRecording
from feeds.recorded_queensland import QueenslandRecording
from feeds.recorded_san_francisco import SanFranciscoRecording
from feeds.recorded_shenzhen import ShenzhenRecording
from feeds.recorded_smart_grid import SmartGridRecording
from feeds.recorded_taxis import TaxiRecording
from feeds.recorded_workplace_charging import WorkplaceChargingRecording
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

_BUFFALO = Recording(
    name="buffalo-avl",
    system="bus",
    feed=buffalo_avl.FEED.name,
    zone=buffalo_avl.ZONE,
    title="Buffalo, 282 buses, 1,407 polls of 30 July 2020",
    public_source="Niagara Frontier Transportation Authority AVL, as kept in NFTA-process-data",
    patterns=("bus_avl/nfta_avl_*_raw.tar.gz",),
    opener=BuffaloRecording,
)
_SHENZHEN = Recording(
    name="shenzhen-card",
    system="metro",
    feed=shenzhen_card.FEED.name,
    zone=shenzhen_card.ZONE,
    title="Shenzhen, 18,881 taps at the metro's gates, the morning of 1 September 2018",
    public_source="Shenzhen open data 29200_00403601, as kept in shenzhen-metro-transport-card-data-analysis",
    patterns=("transit_card/szt_card_*.csv", "transit_card/szt_card_*.csv.gz"),
    opener=ShenzhenRecording,
)
_QUEENSLAND = Recording(
    name="queensland-river",
    system="river",
    feed=queensland_river.FEED.name,
    zone=queensland_river.ZONE,
    title="Queensland, four river gauges through the floods of January and February 2019",
    public_source="Queensland Government river stations, as kept in human86x/data_analysis",
    patterns=("water/qld_*.csv", "water/qld_*.csv.gz"),
    opener=QueenslandRecording,
)
_NEW_YORK = Recording(
    name="nyc-311",
    system="hotline",
    feed=nyc_311.FEED.name,
    zone=nyc_311.ZONE,
    title="New York, 924 requests to 311 in the two hours after midnight of 1 May 2022",
    public_source="NYC Open Data 311 Service Requests (erm2-nwe9)",
    patterns=("complaints_311/nyc311_2022*.csv", "complaints_311/nyc311_2022*.csv.gz"),
    opener=NewYorkRecording,
)

_BIRMINGHAM = Recording(
    name="birmingham-parking",
    system="parking",
    feed=birmingham_parking.FEED.name,
    zone=birmingham_parking.ZONE,
    title="Birmingham, 30 car parks, October to December 2016",
    public_source="UCI Parking Birmingham (Birmingham City Council)",
    patterns=("parking/birmingham_parking_*.csv", "parking/birmingham_parking_*.csv.gz"),
    opener=BirminghamRecording,
)

_NOISE = Recording(
    name="noisemonitor",
    system="noise",
    feed=noisemonitor.FEED.name,
    zone=noisemonitor.ZONE,
    title="A noise monitor, a level a minute, eleven days of March 2025",
    public_source="valerianF/noisemonitor, its test data",
    patterns=("noise/noisemonitor_laeq1m_*.csv", "noise/noisemonitor_laeq1m_*.csv.gz"),
    opener=NoiseRecording,
)

_WORKPLACE_CHARGING = Recording(
    name="workplace-charging",
    system="charging",
    feed=workplace_charging.FEED.name,
    zone=workplace_charging.ZONE,
    title="Workplaces, 3,395 charging sessions at 105 stations, November 2014 to October 2015",
    public_source="Harvard Dataverse doi:10.7910/DVN/NFPQLW, workplace charging sessions",
    patterns=("ev_charging/station_data_dataverse.csv", "ev_charging/station_data_dataverse.csv.gz"),
    opener=WorkplaceChargingRecording,
)

_SMART_GRID = Recording(
    name="smart-grid-meters",
    system="electricity",
    feed=smart_grid_meters.FEED.name,
    zone=smart_grid_meters.ZONE,
    title="New South Wales, the half-hourly meters of ten homes, June and July 2013",
    public_source="Smart Grid Smart City customer trial (data.gov.au), as kept in gravitas",
    patterns=("electricity/sgsc_smart_meter10_*.csv", "electricity/sgsc_smart_meter10_*.csv.gz"),
    opener=SmartGridRecording,
)

_NYERI = Recording(
    name="nyeri-raw-water",
    system="water-quality",
    feed=nyeri_water.FEED.name,
    zone=nyeri_water.FEED.zone,
    title="Nyeri, raw water of a treatment works, November 2020 to January 2021",
    public_source="nahshonmokua/Water-Quality-Data-Turbidity-and-pH (NYEWASCO)",
    patterns=("water/nyewasco_raw_water_*.csv", "water/nyewasco_raw_water_*.csv.gz"),
    opener=NyeriRecording,
)

_BEIJING_WEATHER = Recording(
    name="beijing-weather",
    system="weather",
    feed=beijing_weather.FEED.name,
    zone=beijing_weather.FEED.zone,
    title="Beijing, weather at 12 air quality stations, December 2016 and January 2017",
    public_source="UCI Beijing Multi-Site Air-Quality Data (PRSA)",
    patterns=("air/PRSA_201612-201701/PRSA_Data_*.csv", "air/PRSA_201612-201701/PRSA_Data_*.csv.gz"),
    opener=BeijingWeatherRecording,
)

_CHICAGO = Recording(
    name="chicago-red-light",
    system="traffic-safety",
    feed=chicago_red_light.FEED.name,
    zone=chicago_red_light.ZONE,
    title="Chicago, 307 red-light cameras, counts by the day, July to December 2014",
    public_source="City of Chicago data portal, Red Light Camera Violations, as kept in cs586_tdamg",
    patterns=(
        "video_analytics/chicago_Red_Light_Camera_Violations_*.csv",
        "video_analytics/chicago_Red_Light_Camera_Violations_*.csv.gz",
    ),
    opener=ChicagoRecording,
)

_PEMS = Recording(
    name="pems-flow",
    system="road",
    feed=pems_flow.FEED.name,
    zone=pems_flow.ZONE,
    title="California, one freeway lane, vehicles every five minutes of the weekdays of January and February 2016",
    public_source="Caltrans PeMS, as kept in TrafficFlowPrediction",
    patterns=("traffic/pems_lane1_flow_201601-*.csv", "traffic/pems_lane1_flow_201601-*.csv.gz"),
    opener=PemsRecording,
)

_PEMS_MARCH = replace(
    _PEMS,
    name="pems-flow-march",
    title="California, the same freeway lane, vehicles every five minutes of fifteen weekdays of March 2016",
    patterns=("traffic/pems_lane1_flow_201603.csv", "traffic/pems_lane1_flow_201603.csv.gz"),
)

_AARHUS = Recording(
    name="aarhus-links",
    system="road",
    feed=aarhus_links.FEED.name,
    zone=aarhus_links.ZONE,
    title="Aarhus, 928 road links, one poll of 22 March 2024",
    public_source="City of Aarhus, real-time traffic data (opendata.dk), CC BY 4.0, as kept in cds-spatial-exam",
    patterns=("traffic/aarhus_*.csv", "traffic/aarhus_*.csv.gz"),
    opener=AarhusRecording,
)

_BEIJING_TAXI = Recording(
    name="beijing-taxi",
    system="probe",
    feed=beijing_taxi.FEED.name,
    zone=beijing_taxi.ZONE,
    title="Beijing, 3,016 points of three taxis, a day that the file does not name",
    public_source="clover-Saber/multi-city-GPS-trajectory-dataset, its demonstration file",
    patterns=("taxi/multi_city_gps_demo.xlsx",),
    opener=TaxiRecording,
)

_HANGZHOU = Recording(
    name="hangzhou-metro",
    system="metro",
    feed=hangzhou_metro.FEED.name,
    zone=hangzhou_metro.ZONE,
    title="Hangzhou, 29 million passengers into 80 metro stations, 25 days of January 2019",
    public_source="Hangzhou metro passenger flow (doi:10.5281/zenodo.3145403), as kept in transdim",
    patterns=("transit_card/hangzhou_metro_tensor.mat",),
    opener=HangzhouRecording,
)

_HANGZHOU_CROWD = replace(
    _HANGZHOU,
    name="hangzhou-crowd",
    system="crowd",
    feed=hangzhou_crowd.FEED.name,
    title="Hangzhou, the inflow into 80 metro stations as crowded places, 25 days of January 2019",
    opener=HangzhouCrowdRecording,
)

RECORDINGS: Mapping[str, Recording] = {
    recording.name: recording
    for recording in (
        _LOS_ANGELES,
        _BEIJING,
        _CNEMC,
        _SAN_FRANCISCO,
        _BUFFALO,
        _SHENZHEN,
        _QUEENSLAND,
        _NEW_YORK,
        _BIRMINGHAM,
        _NOISE,
        _WORKPLACE_CHARGING,
        _SMART_GRID,
        _NYERI,
        _BEIJING_WEATHER,
        _CHICAGO,
        _PEMS,
        _PEMS_MARCH,
        _AARHUS,
        _BEIJING_TAXI,
        _HANGZHOU,
        _HANGZHOU_CROWD,
    )
}
