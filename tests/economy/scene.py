"""Masks for a town: a small scenario with every kind of cost, in a country of two sectors and two regions.

Textbook economy (Miller & Blair 2009, section 2.3) with 50 of imports taken off the value added of goods, a tenth of
all jobs in the north.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import fullrate as fr
from fullrate.results import Plan
from fullrate.tables import Tables

ECONOMY = {
    "scenario.toml": """\
name = "Two sectors"
currency = "EUR"
io_unit = "million EUR"
io_year = 2022
io_price_base = 2022-07-01
io_total = 2000
""",
    "sources.csv": "source,title,kind\ns1,Invented for tests,assumption\n",
    "io_sectors.csv": """\
sector,name,output,value_added,jobs,capacity,source
goods,Goods,1000,600,10000,,s1
services,Services,2000,1400,30000,2040,s1
""",
    "io.csv": """\
from,to,value,imported,source
goods,goods,150,50,s1
goods,services,500,,s1
services,goods,200,,s1
services,services,100,,s1
""",
    "io_final.csv": """\
sector,category,value,floor,source
goods,households,350,0.5,s1
services,households,1700,,s1
""",
    "io_jobs.csv": """\
sector,region,jobs,source
goods,north,2000,s1
services,north,2000,s1
goods,south,6000,s1
services,south,20000,s1
""",
    "io_origins.csv": "sector,origin,share,source\ngoods,overseas,0.75,s1\ngoods,neighbours,0.25,s1\n",
}
PLANNED = {
    "scenario.toml": """\
name = "Masks"
currency = "EUR"
start = 2026-01-05
as_of = 2026-01-01
periods = 30
""",
    "sources.csv": "source,title,kind\ns1,Invented for tests,assumption\n",
    "items.csv": "item,source\nmask,s1\n",
    "sites.csv": "site,region,source\nworks,north,s1\ntown,south,s1\n",
    "processes.csv": "process,site,item,unit_cost,max_rate,source\nsew,works,mask,0.02,40,s1\nbuy,town,mask,0.1,4,s1\n",
    "recipe.csv": "process,slot,item,qty,source\n",
    "pools.csv": "pool,heads,hours,wage,hire_cost,hire_max,train_d,source\nsewers,12,7,0.00004,0.01,0.1,14,s1\n",
    "resources.csv": "resource,site,capacity,pool,source\ntables,works,60,sewers,s1\n",
    "uses.csv": "user,resource,qty,source\nsew,tables,2,s1\n",
    "builds.csv": "build,resource,add,lead_d,capex,max,source\nmore,tables,30,21,4,1,s1\n",
    "lanes.csv": "lane,from,to,item,lead_d,unit_cost,source\nroad,works,town,mask,3,0.001,s1\n",
    "stock.csv": "site,item,qty,source\nworks,mask,30,s1\n",
    "recipients.csv": "recipient,site,source\npeople,town,s1\n",
    "needs.csv": "need,recipient,item,qty,source\nmasks,people,mask,4000,s1\n",
    "io_map.csv": """\
kind,key,sector,region,share,imported,source
process,sew,goods,,1,,s1
process,buy,goods,south,1,1,s1
build,more,goods,,0.6,0.5,s1
build,more,services,south,0.4,,s1
lane,road,services,south,,,s1
""",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def both(folder: Path) -> Path:
    """One folder with the scenario and the economy it is in."""
    settings = PLANNED["scenario.toml"] + ECONOMY["scenario.toml"].split("\n", 2)[2]
    return write(folder, {**ECONOMY, **PLANNED, "scenario.toml": settings})


@cache
def planned(folder: Path) -> tuple[Tables, Plan]:
    """Scenario and plan of a folder."""
    tables = fr.read(folder)
    return tables, fr.plan(tables, tests=False)
