"""The project's named categories, and how other people's category systems map onto them.

Sources: OpenStreetMap keys as used by name-suggestion-index; ISO 18245 merchant category codes.
A key that is not listed falls back to `retail` (shop/*, amenity/vending_machine) or `services` (all else).
"""

CATEGORIES = """
groceries dining fast_food coffee bar bakery fuel charging parking tolls taxi transit rail airline lodging car_rental
vehicle travel telecom utilities rent insurance banking government health pharmacy education childcare clothing
electronics home hardware beauty sport entertainment games books subscription software pets gifts charity post services
retail transfer cash investment gambling adult alcohol_tobacco weapons crypto
""".split()

INDEX = {name: i for i, name in enumerate(CATEGORIES)}

_OSM = {
    "groceries": """shop/supermarket shop/convenience shop/butcher shop/beverages shop/greengrocer shop/dairy shop/deli
        shop/frozen_food shop/health_food shop/seafood shop/cheese shop/spices shop/nuts shop/tea shop/kiosk shop/coffee
        shop/water shop/farm amenity/food_sharing""",
    "dining": "amenity/restaurant amenity/food_court",
    "fast_food": "amenity/fast_food amenity/ice_cream",
    "coffee": "amenity/cafe",
    "bar": "amenity/pub amenity/bar",
    "bakery": "shop/bakery shop/pastry shop/confectionery shop/chocolate",
    "fuel": "amenity/fuel highway/services waterway/fuel shop/gas",
    "charging": "amenity/charging_station man_made/charge_point",
    "parking": "amenity/parking amenity/bicycle_parking",
    "taxi": "amenity/taxi",
    "transit": "amenity/bicycle_rental",
    "lodging": "tourism/hotel tourism/hostel tourism/motel tourism/caravan_site",
    "car_rental": "amenity/car_rental amenity/car_sharing",
    "vehicle": """shop/car shop/car_repair shop/car_parts shop/tyres amenity/car_wash amenity/vehicle_inspection
        shop/motorcycle shop/motorcycle_repair shop/truck shop/truck_repair shop/caravan shop/boat shop/tractor
        shop/tractor_repair""",
    "travel": "shop/travel_agency tourism/information",
    "telecom": "shop/telecommunication office/telecommunication shop/mobile_phone amenity/telephone amenity/internet_cafe",
    "rent": "office/estate_agent landuse/residential shop/storage_rental office/coworking landuse/industrial",
    "insurance": "office/insurance office/insurance_adjuster",
    "banking": """amenity/bank shop/money_lender shop/pawnbroker office/financial office/mortgage amenity/payment_terminal
        amenity/payment_centre office/financial_advisor office/bail_bond_agent""",
    "government": "office/government amenity/weighbridge",
    "health": """healthcare/laboratory healthcare/sample_collection healthcare/blood_donation healthcare/physiotherapist
        healthcare/counselling healthcare/audiologist healthcare/alternative healthcare/dialysis amenity/dentist
        amenity/clinic amenity/doctors amenity/hospital shop/optician shop/hearing_aids shop/medical_supply
        emergency/ambulance_station""",
    "pharmacy": "amenity/pharmacy shop/chemist shop/nutrition_supplements shop/herbalist",
    "education": """amenity/prep_school amenity/language_school amenity/school amenity/music_school amenity/training
        amenity/driving_school amenity/university amenity/college""",
    "childcare": "amenity/kindergarten amenity/childcare",
    "clothing": """shop/clothes shop/shoes shop/jewelry shop/fashion_accessories shop/watches shop/bag shop/leather
        shop/fabric shop/tailor shop/boutique""",
    "electronics": """shop/electronics shop/computer shop/camera shop/hifi shop/appliance shop/mobile_phone_accessories
        shop/vacuum_cleaner shop/printer_ink craft/electronics_repair""",
    "home": """shop/furniture shop/bed shop/houseware shop/kitchen shop/interior_decoration shop/household_linen shop/carpet
        shop/curtain shop/lighting shop/bathroom_furnishing shop/flooring shop/tiles shop/window_blind shop/frame
        shop/candles shop/pottery shop/swimming_pool""",
    "hardware": """shop/doityourself shop/hardware shop/trade shop/paint shop/garden_centre shop/electrical shop/tool_hire
        shop/plant_hire shop/doors shop/agrarian shop/glaziery craft/window_construction shop/groundskeeping shop/bbq
        shop/country_store""",
    "beauty": """shop/hairdresser shop/cosmetics shop/beauty shop/perfumery shop/massage shop/hairdresser_supply
        leisure/sauna""",
    "sport": """leisure/fitness_centre leisure/sports_centre shop/sports shop/outdoor shop/bicycle shop/fishing
        leisure/dance leisure/trampoline_park amenity/bicycle_repair_station""",
    "entertainment": """amenity/cinema amenity/karaoke_box tourism/theme_park leisure/bowling_alley leisure/indoor_play
        leisure/amusement_arcade leisure/escape_game leisure/miniature_golf leisure/playground shop/ticket shop/music
        shop/musical_instrument shop/video amenity/photo_booth tourism/museum""",
    "games": "shop/video_games shop/games shop/toys shop/anime shop/model",
    "books": "shop/books shop/newsagent shop/stationery amenity/library amenity/public_bookcase",
    "pets": "shop/pet amenity/veterinary amenity/animal_boarding amenity/animal_shelter leisure/dog_park",
    "gifts": "shop/gift shop/florist shop/party shop/craft shop/art",
    "charity": """shop/charity amenity/social_facility shop/second_hand amenity/social_centre club/scout
        office/association""",
    "post": "amenity/post_office amenity/parcel_locker amenity/post_depot office/logistics shop/outpost",
    "transfer": "amenity/money_transfer amenity/bureau_de_change",
    "cash": "amenity/atm",
    "gambling": "shop/bookmaker shop/lottery amenity/casino amenity/gambling leisure/adult_gaming_centre",
    "adult": "shop/erotic",
    "alcohol_tobacco": "shop/alcohol shop/wine shop/tobacco shop/e-cigarette shop/cannabis",
    "retail": """shop/department_store shop/variety_store shop/wholesale shop/mall shop/general shop/baby_goods
        shop/catalogue amenity/vending_machine shop/pyrotechnics""",
    "weapons": "shop/weapons shop/guns",
    "software": "office/it",
}

OSM = {key: cat for cat, keys in _OSM.items() for key in keys.split()}


def from_osm(key: str) -> str:
    """The named category of an OpenStreetMap key such as `amenity/fuel`."""
    if key in OSM:
        return OSM[key]
    return "retail" if key.startswith("shop/") else "services"


def osm_phrase(key: str, cuisine: str | None = None) -> str:
    """An English phrase for an OpenStreetMap key and cuisine, for the teacher."""
    if cuisine and key in ("amenity/restaurant", "amenity/fast_food", "amenity/cafe"):
        kind = {"amenity/restaurant": "restaurant", "amenity/fast_food": "fast food", "amenity/cafe": "shop"}[key]
        return f"{cuisine.split(';')[0].replace('_', ' ')} {kind}"
    special = {
        "shop/supermarket": "supermarket", "shop/department_store": "department store", "shop/bakery": "bakery",
        "amenity/fuel": "petrol station", "amenity/fast_food": "fast food restaurant", "shop/doityourself": "hardware store",
        "shop/clothes": "clothing store", "amenity/cafe": "coffee shop", "shop/convenience": "convenience store",
        "shop/chemist": "drugstore", "amenity/atm": "cash machine", "shop/alcohol": "liquor store", "shop/trade": "trade supplies",
        "office/estate_agent": "real estate agency", "shop/optician": "optician", "shop/money_lender": "money lender",
        "shop/car": "car dealer", "shop/books": "bookshop", "shop/bed": "mattress store", "shop/pet": "pet shop",
    }
    if key in special:
        return special[key]
    group, _, tail = key.partition("/")
    tail = tail.replace("_", " ").replace("-", " ")
    return f"{tail} shop" if group == "shop" else tail


# ISO 18245 ranges, inclusive. The first that holds a code wins.
_MCC = [
    (742, 742, "pets"), (3000, 3350, "airline"), (3351, 3500, "car_rental"), (3501, 3999, "lodging"),
    (4011, 4011, "rail"), (4111, 4111, "transit"), (4112, 4112, "rail"), (4119, 4119, "health"), (4121, 4121, "taxi"),
    (4131, 4131, "transit"), (4214, 4215, "post"), (4411, 4411, "travel"), (4457, 4457, "travel"), (4468, 4468, "vehicle"),
    (4511, 4511, "airline"), (4582, 4582, "airline"), (4722, 4723, "travel"), (4784, 4784, "tolls"), (4812, 4816, "telecom"),
    (4821, 4821, "telecom"), (4829, 4829, "transfer"), (4899, 4899, "subscription"), (4900, 4900, "utilities"),
    (5013, 5013, "vehicle"), (5039, 5039, "hardware"), (5045, 5045, "electronics"), (5047, 5047, "health"),
    (5065, 5065, "electronics"), (5072, 5074, "hardware"), (5094, 5094, "clothing"), (5111, 5111, "books"),
    (5122, 5122, "pharmacy"), (5131, 5139, "clothing"), (5172, 5172, "fuel"), (5192, 5192, "books"), (5193, 5193, "gifts"),
    (5198, 5198, "hardware"), (5200, 5261, "hardware"), (5271, 5271, "home"), (5300, 5399, "retail"),
    (5441, 5441, "bakery"), (5411, 5451, "groceries"), (5462, 5462, "bakery"), (5499, 5499, "groceries"),
    (5511, 5511, "vehicle"), (5521, 5533, "vehicle"), (5541, 5542, "fuel"), (5551, 5551, "vehicle"), (5552, 5552, "charging"),
    (5561, 5599, "vehicle"), (5611, 5699, "clothing"), (5712, 5719, "home"), (5722, 5722, "electronics"),
    (5732, 5732, "electronics"), (5734, 5734, "software"), (5733, 5735, "entertainment"), (5811, 5812, "dining"),
    (5813, 5813, "bar"), (5814, 5814, "fast_food"), (5815, 5815, "books"), (5816, 5816, "games"), (5817, 5817, "software"),
    (5818, 5818, "subscription"), (5912, 5912, "pharmacy"), (5921, 5921, "alcohol_tobacco"), (5931, 5931, "charity"),
    (5932, 5932, "gifts"), (5933, 5933, "banking"), (5940, 5941, "sport"), (5942, 5943, "books"), (5944, 5944, "clothing"),
    (5945, 5945, "games"), (5946, 5946, "electronics"), (5947, 5947, "gifts"), (5948, 5948, "clothing"),
    (5949, 5949, "clothing"), (5960, 5960, "insurance"), (5962, 5962, "travel"), (5967, 5967, "adult"),
    (5968, 5968, "subscription"), (5970, 5970, "gifts"), (5971, 5971, "gifts"), (5975, 5976, "health"),
    (5977, 5977, "beauty"), (5983, 5983, "fuel"), (5992, 5992, "gifts"), (5993, 5993, "alcohol_tobacco"),
    (5994, 5994, "books"), (5995, 5995, "pets"), (5996, 5996, "home"), (5997, 5998, "retail"), (5999, 5999, "retail"),
    (6010, 6011, "cash"), (6012, 6012, "banking"), (6050, 6051, "crypto"), (6211, 6211, "investment"),
    (6300, 6399, "insurance"), (6513, 6513, "rent"), (6532, 6533, "transfer"), (6536, 6538, "transfer"),
    (6540, 6540, "transfer"), (7011, 7012, "lodging"), (7032, 7033, "lodging"),
    (7211, 7221, "services"), (7230, 7230, "beauty"), (7297, 7298, "beauty"), (7322, 7322, "banking"), (7372, 7372, "software"),
    (7512, 7519, "car_rental"), (7523, 7523, "parking"), (7531, 7549, "vehicle"), (7800, 7802, "gambling"),
    (7829, 7841, "entertainment"), (7911, 7941, "entertainment"), (7991, 7994, "entertainment"), (7995, 7995, "gambling"),
    (7996, 7996, "entertainment"), (7997, 7997, "sport"), (7998, 7999, "entertainment"), (8011, 8099, "health"),
    (8211, 8299, "education"), (8351, 8351, "childcare"), (8398, 8398, "charity"), (8641, 8661, "charity"),
    (8675, 8675, "vehicle"), (9211, 9399, "government"), (9402, 9402, "post"), (9405, 9405, "government"),
    (9406, 9406, "gambling"), (9700, 9950, "services"),
]


def from_mcc(code: int) -> str:
    """The named category of an ISO 18245 merchant category code."""
    for low, high, cat in _MCC:
        if low <= code <= high:
            return cat
    return "retail" if 5000 <= code < 6000 else "services"


# What a plain list of words cannot say in one name: the phrase that the teacher reads for a category.
PHRASES = {
    "groceries": "groceries supermarket", "dining": "restaurant meal", "fast_food": "fast food", "coffee": "coffee shop",
    "bar": "bar pub drinks", "bakery": "bakery cakes", "fuel": "petrol station", "charging": "electric car charging",
    "parking": "car parking", "tolls": "road toll", "taxi": "taxi ride", "transit": "bus and metro", "rail": "train tickets",
    "airline": "airline flight", "lodging": "hotel", "car_rental": "car rental", "vehicle": "car repair and parts",
    "travel": "travel agency", "telecom": "mobile phone company", "utilities": "electricity gas and water bill",
    "rent": "rent and housing", "insurance": "insurance company", "banking": "bank", "government": "government fees and taxes",
    "health": "doctor and hospital", "pharmacy": "pharmacy", "education": "school and courses", "childcare": "nursery childcare",
    "clothing": "clothing store", "electronics": "electronics store", "home": "furniture and homeware",
    "hardware": "hardware store", "beauty": "beauty salon and cosmetics", "sport": "gym and sports",
    "entertainment": "cinema and entertainment", "games": "toys and games", "books": "books and stationery",
    "subscription": "streaming subscription", "software": "software and apps", "pets": "pet shop and vet",
    "gifts": "gifts and flowers", "charity": "charity donation", "post": "post and parcel delivery",
    "services": "professional services", "retail": "department store shopping", "transfer": "money transfer",
    "cash": "cash machine withdrawal", "investment": "stock broker investment", "gambling": "betting and casino",
    "adult": "adult entertainment", "alcohol_tobacco": "alcohol and tobacco shop", "weapons": "guns and ammunition",
    "crypto": "cryptocurrency exchange",
}
assert set(PHRASES) == set(CATEGORIES) and set(OSM.values()) <= set(CATEGORIES)
