"""A small clean scenario that uses every table the program reads, as the text of its files.

Tests plant one error at a time in it. Two clinics get a vaccine: filled from vials at a works, with a second
line to be built after an approval, kept at a hub, paid from a fund, partly barred, with series and ranges.
"""

from __future__ import annotations

from pathlib import Path

FILES: dict[str, str] = {
    "scenario.toml": """\
name = "Two clinics"
currency = "EUR"
start = 2026-01-05
as_of = 2026-01-01
period_d = 7
periods = 30
fund = "budget"
freeze_until = 2026-01-19
coverage = "serviceable"
io_unit = "million EUR"
io_year = 2023
io_price_base = 2023-07-01
io_total = 2000
""",
    "sources.csv": """\
source,title,author,published,seen,kind,grade,url
plan,Programme plan,Ministry,2025-12-01,2025-12-10,official,A1,
guess,Own assumption,,,,assumption,F6,
""",
    "items.csv": """\
item,name,unit,family,value,size,mass,shelf_life_d,hold_cost,source
vial,Empty vial,vial,,1,0.0001,0.02,,0,plan
vaccine,Vaccine A,dose,vaccines,1,0.0001,0.03,180,0.000001,plan
vaccine_b,Vaccine B,dose,vaccines,0.5,0.0001,0.03,,0,plan
cracked,Cracked vial,vial,,1,0.0001,0.02,,0,plan
""",
    "sites.csv": """\
site,region,owner,lat,lon,opens,closes,source
works,north,Acme,51.5,7.4,,,plan
abroad,south,Globex,40.1,-3.7,,2026-12-31,plan
hub,north,State,52.5,13.4,2026-01-05,,plan
hilltown,north,Town,48.1,11.5,,,plan
seatown,south,Town,54.3,10.1,,,plan
""",
    "processes.csv": """\
process,site,item,out_qty,lead_d,yield,rework,max_rate,min_lot,unit_cost,fund,gate,mode_of,escape,source
fill,works,vaccine,1,14,0.95,0.5,2000,0,0.00002,budget,,,0.01,plan
repair,works,vaccine,1,7,1,0,100,0,0.00001,,,,0.01,guess
fill_b,abroad,vaccine_b,10,21,1,0,50,5,0.0001,,approval,,,plan
""",
    "recipe.csv": """\
process,slot,item,qty,role,share_min,share_max,offset_d,source
fill,glass,vial,1,in,0,1,0,plan
fill,,cracked,1,reject,,,,plan
repair,glass,cracked,1,in,0,1,0,guess
""",
    "resources.csv": """\
resource,site,unit,capacity,pool,fund,source
line,works,h,100,crew,,plan
""",
    "uses.csv": """\
user,resource,qty,source
fill,line,0.05,plan
repair,line,0.1,guess
""",
    "builds.csv": """\
build,resource,add,lead_d,ramp,max,integer,capex,fund,opens,gate,risk_gate,redo,life_d,source
second_line,line,100,60,slow,2,true,1.5,budget,2026-02-01,permit,permit,0.5,3650,plan
""",
    "curves.csv": """\
curve,x,y,source
slow,0,0.25,guess
slow,14,0.5,guess
slow,14,0.75,guess
slow,28,1,guess
""",
    "pools.csv": """\
pool,heads,hours,quit,wage,fund,source
crew,40,7,0.1,0.00003,budget,plan
""",
    "lanes.csv": """\
lane,from,to,item,mode,lead_d,capacity,cap_unit,min_ship,fixed_cost,unit_cost,loss,corridor,fund,source
works_hub,works,hub,vaccine,road,2,5000,unit,200,0.0001,0.000001,0.01,east,,plan
abroad_hub,abroad,hub,*,air,3,100,kg,,,0.00001,0,,,plan
hub_hilltown,hub,hilltown,*,road,1,,unit,,,0,0,,,plan
hub_seatown,hub,seatown,*,road,1,,unit,,,0,0,,,plan
seatown_works,seatown,works,cracked,road,2,,unit,,,0,0,,,plan
""",
    "stock.csv": """\
site,item,qty,date,max,safety,source
works,vial,100000,,1000000,5000,plan
works,vial,50000,2026-03-02,,,plan
hub,vaccine,1000,,,,plan
""",
    "recipients.csv": """\
recipient,site,class,weight,environment,source
hill_clinic,hilltown,1,1,,plan
sea_clinic,seatown,2,1.5,coast,plan
""",
    "needs.csv": """\
need,recipient,item,qty,from,until,due,late,class,source
hill_doses,hill_clinic,vaccine,20000,,,2026-06-30,backlog,,plan
sea_doses,sea_clinic,vaccines,30000,2026-02-02,2026-05-04,2026-07-31,backlog,2,plan
""",
    "mix.csv": """\
family,item,recipient,from,share_min,share_max,source
vaccines,vaccine,*,,0.25,,plan
vaccines,vaccine_b,sea_clinic,2026-03-02,,0.6,plan
""",
    "quality.csv": """\
family,from,aoq_max,source
vaccines,2026-03-02,0.02,plan
""",
    "plans.csv": """\
process,lot,n,c,defect,source
fill_b,5000,80,2,0.01,guess
""",
    "reliability.csv": """\
item,environment,mtbf_d,af,repairable,failed,source
vaccine,base,3650,1,1,,guess
vaccine,coast,3650,1.5,0.5,cracked,guess
vaccine_b,base,3650,1,1,,guess
vaccine_b,coast,3650,1.5,1,,guess
""",
    "funds.csv": """\
fund,carry,expires,source
budget,true,2026-12-31,plan
""",
    "allotments.csv": """\
fund,date,amount,source
budget,2026-01-05,2,plan
budget,2026-04-01,3.5,plan
""",
    "gates.csv": """\
gate,duration_d,pass,retry_d,fix,max_tries,needs_item,needs_qty,needs_site,cost,fund,source
trial,30,0.9,20,0.5,3,vial,100,works,0.1,budget,plan
approval,20,1,,,,,,,,,plan
permit,60,0.8,,,,,,,,,plan
""",
    "links.csv": """\
before,after,kind,lag_d,overlap,source
trial,approval,FS,2,0,plan
""",
    "rivals.csv": """\
rival,kind,target,qty,protected,from,to,weight,sector,civil,source
insulin,resource,line,20,0.5,,,2,health,true,plan
schools,fund,budget,0.001,0,2026-02-02,2026-07-01,,education,true,plan
parcels,lane,works_hub,400,,,,,post,true,guess
museum,item,vial@works,3,,,,,,true,guess
""",
    "previous.csv": """\
kind,key,item,from_d,to_d,qty
make,fill,,0,7,900
ship,works_hub,vaccine,14,21,800
build,second_line,,28,35,1
""",
    "restrictions.csv": """\
restriction,kind,target,item,from,to,stock,basis,source
no_air,lane,abroad_hub,vaccine_b,2026-05-04,2026-05-31,false,law,plan
no_globex,owner,Globex,vial,2026-01-05,,false,policy,plan
""",
    "series.csv": """\
table,key,column,date,value,source
lanes,works_hub,capacity,2026-03-02,8000,plan
processes,fill,yield,2026-04-06,0.97,guess
""",
    "provenance.csv": """\
table,key,column,source,statement,note
needs,hill_doses,qty,plan,st1,two doses each
stock,works|vial,qty,guess,,counted by hand
scenario,,tail,guess,,
""",
    "uncertainty.csv": """\
table,key,column,dist,low,mode,high,q,as,draw,group,rho,source
processes,fill,yield,pert,0.9,0.95,0.98,minmax,value,once,quality,0.2,guess
gates,trial,duration_d,lognormal,20,,60,p10p90,value,once,schedule,0.3,guess
lanes,works_hub,lead_d,tri,0.5,1,2,minmax,factor,each,,,guess
""",
    "history.csv": """\
case,title,kind,announced_on,due,share,progress,ratio,beyond,known_on,source
ships,Ships,new product or plant,2020-01-01,2021-01-01,1.1,1.1,0.9,,2021-02-01,plan
masks,Masks,stock of goods,2020-03-01,2020-09-01,0.4,0.4,,1.8,2024-03-08,plan
pumps,Pumps,new product or plant,2019-01-01,2020-01-01,0.6,0.5,1.5,,2020-09-08,plan
beds,Beds,new product or plant,2021-01-01,2022-01-01,0.8,0.8,1.2,,2022-09-08,plan
""",
    "statements.csv": """\
id,quote,statement,speaker,speaker_kind,modality,polarity,quantity,unit,deadline_from,deadline_to,source
st1,"20,000 doses by summer",,Minister,official,ordered;expected,+,20000,doses,2026-06-01,2026-08-31,plan
""",
    "actuals.csv": """\
measure,key,date,value,reported,source
stock,hub|vaccine,2025-12-30,1000,2025-12-31,plan
delivered,hill_doses,2025-12-30,0,,plan
""",
    "io_map.csv": """\
kind,key,sector,region,share,imported,source
process,fill,goods,north,0.75,,guess
process,fill,services,,0.25,,guess
build,second_line,goods,,1,0.5,guess
lane,works_hub,services,south,,,guess
""",
    "io_sectors.csv": """\
sector,name,output,value_added,jobs,capacity,source
goods,Goods,1000,600,10000,1050,guess
services,Services,2000,1400,30000,,guess
""",
    "io.csv": """\
from,to,value,imported,source
goods,goods,150,50,guess
goods,services,500,,guess
services,goods,200,,guess
services,services,100,,guess
""",
    "io_final.csv": """\
sector,category,value,floor,source
goods,households,350,0.5,guess
services,households,1700,,guess
""",
    "io_jobs.csv": """\
sector,region,jobs,source
goods,north,4000,guess
goods,south,5000,guess
services,north,12000,guess
services,south,15000,guess
""",
    "io_origins.csv": """\
sector,origin,share,source
goods,overseas,0.7,guess
goods,neighbours,0.3,guess
""",
}  # fmt: skip
"""File name -> text. ``read`` and ``check`` find nothing wrong with it."""


def write(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Path:
    """Write the scenario with some files replaced, or left out where None; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**FILES, **(changes or {})}.items():
        if text is None:
            continue
        data = text.encode() if isinstance(text, str) else text
        (folder / name).write_bytes(data)
    return folder
