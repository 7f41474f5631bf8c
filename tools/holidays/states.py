"""When each country rests: one function a country, from its statutes as they stand in 2026.

A day stands here only when the whole country keeps it by law. Where that is not sure, the day is left
out and the note says so: a day too few never makes a legal date later.
"""
from feasts import DAY, FRI, MON, SAT, SUN, THU, date, last, nth, on_or_after, pascha

NEW_YEAR = ("01-01", "New Year's Day")
EPIPHANY = ("01-06", "Epiphany")
LABOUR = ("05-01", "Labour Day")
VICTORY = ("05-08", "Victory Day")
ASSUMPTION = ("08-15", "Assumption Day")
ALL_SAINTS = ("11-01", "All Saints' Day")
IMMACULATE = ("12-08", "Immaculate Conception")
CHRISTMAS_EVE = ("12-24", "Christmas Eve")
CHRISTMAS = ("12-25", "Christmas Day")
STEPHEN = ("12-26", "St Stephen's Day")
SECOND_CHRISTMAS = ("12-26", "Second Day of Christmas")
BOXING = ("12-26", "Boxing Day")

MAUNDY_THURSDAY = (-3, "Maundy Thursday")
GOOD_FRIDAY = (-2, "Good Friday")
EASTER = (0, "Easter Sunday")
EASTER_MONDAY = (1, "Easter Monday")
ASCENSION = (39, "Ascension Day")
WHIT_SUNDAY = (49, "Whit Sunday")
WHIT_MONDAY = (50, "Whit Monday")
CORPUS_CHRISTI = (60, "Corpus Christi")
CLEAN_MONDAY = (-48, "Clean Monday")

STATES = {}


def state(code, name, *notes):
    """Registers the rules of one calendar: its file's name, the country's, what a reader must know."""
    def register(rules):
        STATES[code] = (name, notes, rules)
        return rules
    return register


@state("AT", "Austria", "Arbeitsruhegesetz § 7. Good Friday is a day of choice since 2019, no holiday.")
def austria(d):
    d.fixed(NEW_YEAR, EPIPHANY, LABOUR, ASSUMPTION, ("10-26", "National Day"), ALL_SAINTS, IMMACULATE,
            CHRISTMAS, STEPHEN)
    d.western(EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI)


@state("BE", "Belgium", "Ten legal holidays. What an employer gives for one on a Sunday is not here.")
def belgium(d):
    d.fixed(NEW_YEAR, LABOUR, ("07-21", "National Day"), ASSUMPTION, ALL_SAINTS,
            ("11-11", "Armistice Day"), CHRISTMAS)
    d.western(EASTER_MONDAY, ASCENSION, WHIT_MONDAY)


@state("BG", "Bulgaria", "Labour Code art. 154: a holiday on a weekend, but for Easter, is kept on the "
       "next working day. Days that the government declares for one year are not sure and left out.")
def bulgaria(d):
    moving = [NEW_YEAR, ("03-03", "Liberation Day"), LABOUR, ("05-06", "St George's Day"),
              ("05-24", "Day of Education and Culture"), ("09-06", "Unification Day"),
              ("09-22", "Independence Day"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS]
    d.fixed(*moving)
    d.eastern(GOOD_FRIDAY, (-1, "Holy Saturday"), EASTER, EASTER_MONDAY)
    d.substitutes([name for _, name in moving])


@state("HR", "Croatia", "Zakon o blagdanima, as amended in 2019.")
def croatia(d):
    d.fixed(NEW_YEAR, EPIPHANY, LABOUR, ("05-30", "Statehood Day"), ("06-22", "Anti-Fascist Struggle Day"),
            ("08-05", "Victory and Homeland Thanksgiving Day"), ASSUMPTION, ALL_SAINTS,
            ("11-18", "Remembrance Day"), CHRISTMAS, STEPHEN)
    d.western(EASTER, EASTER_MONDAY, CORPUS_CHRISTI)


@state("CY", "Cyprus", "24 December and Easter Tuesday close many offices; not sure as public holidays "
       "of all, so left out.")
def cyprus(d):
    d.fixed(NEW_YEAR, EPIPHANY, ("03-25", "Greek Independence Day"), ("04-01", "Cyprus National Day"), LABOUR,
            ASSUMPTION, ("10-01", "Cyprus Independence Day"), ("10-28", "Ohi Day"), CHRISTMAS, BOXING)
    d.eastern(CLEAN_MONDAY, GOOD_FRIDAY, EASTER, EASTER_MONDAY, (50, "Kataklysmos"))


@state("CZ", "Czechia", "Zákon č. 245/2000 Sb.; Good Friday since 2016.")
def czechia(d):
    d.fixed(NEW_YEAR, LABOUR, VICTORY, ("07-05", "Saints Cyril and Methodius"), ("07-06", "Jan Hus Day"),
            ("09-28", "Statehood Day"), ("10-28", "Independent Czechoslovak State Day"),
            ("11-17", "Freedom and Democracy Day"), CHRISTMAS_EVE, CHRISTMAS, STEPHEN)
    d.western(GOOD_FRIDAY, EASTER_MONDAY)


@state("DK", "Denmark", "Store Bededag is a working day since 2024. 5 June, 24 and 31 December close banks "
       "and shops, but are no public holidays.")
def denmark(d):
    d.fixed(NEW_YEAR, CHRISTMAS, SECOND_CHRISTMAS)
    d.western(MAUNDY_THURSDAY, GOOD_FRIDAY, EASTER, EASTER_MONDAY, ASCENSION, WHIT_SUNDAY, WHIT_MONDAY)


@state("EE", "Estonia", "Pühade ja tähtpäevade seadus § 2. Holidays on weekends are not moved.")
def estonia(d):
    d.fixed(NEW_YEAR, ("02-24", "Independence Day"), LABOUR, ("06-23", "Victory Day"),
            ("06-24", "Midsummer Day"), ("08-20", "Restoration of Independence Day"), CHRISTMAS_EVE, CHRISTMAS,
            SECOND_CHRISTMAS)
    d.western(GOOD_FRIDAY, EASTER, WHIT_SUNDAY)


@state("FI", "Finland", "Midsummer Eve and Christmas Eve are no public holidays and left out, though the law "
       "on legal time (150/1930) moves a last day from them, too.")
def finland(d):
    d.fixed(NEW_YEAR, EPIPHANY, ("05-01", "May Day"), ("12-06", "Independence Day"), CHRISTMAS, STEPHEN)
    d.western(GOOD_FRIDAY, EASTER, EASTER_MONDAY, ASCENSION, WHIT_SUNDAY)
    d.on(on_or_after(date(d.year, 6, 20), SAT), "Midsummer Day")
    d.on(on_or_after(date(d.year, 10, 31), SAT), "All Saints' Day")


@state("FR", "France", "Code du travail L3133-1. Good Friday and 26 December are kept in Alsace and Moselle "
       "only and left out, as are the days of the overseas departments.")
def france(d):
    d.fixed(NEW_YEAR, LABOUR, VICTORY, ("07-14", "National Day"), ASSUMPTION, ALL_SAINTS,
            ("11-11", "Armistice Day"), CHRISTMAS)
    d.western(EASTER_MONDAY, ASCENSION, WHIT_MONDAY)


@state("DE", "Germany", "The nine days that all sixteen states keep; days of some states are left out.")
def germany(d):
    d.fixed(NEW_YEAR, LABOUR, ("10-03", "German Unity Day"), CHRISTMAS, SECOND_CHRISTMAS)
    d.western(GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY)


@state("GR", "Greece", "1 May in the Holy Week is moved by a minister: 2024 to 7 May. In later years of "
       "that kind the day is not known and left out.")
def greece(d):
    d.fixed(NEW_YEAR, EPIPHANY, ("03-25", "Independence Day"), ASSUMPTION, ("10-28", "Ohi Day"), CHRISTMAS,
            ("12-26", "Synaxis of the Mother of God"))
    d.eastern(CLEAN_MONDAY, GOOD_FRIDAY, EASTER, EASTER_MONDAY, (50, "Whit Monday"))
    if d.year == 2024:
        d.on(date(2024, 5, 7), "Labour Day (moved)")
    elif not 0 < (pascha(d.year) - date(d.year, 5, 1)).days < 7:
        d.fixed(LABOUR)


@state("HU", "Hungary", "Labour Code § 102. Each year a minister makes some days between holidays free for "
       "a Saturday: known for 2024 to 2026, left out later. 24 December is such a day.")
def hungary(d):
    d.fixed(NEW_YEAR, ("03-15", "1848 Revolution Day"), LABOUR, ("08-20", "State Foundation Day"),
            ("10-23", "1956 Revolution Day"), ALL_SAINTS, CHRISTMAS, SECOND_CHRISTMAS)
    d.western(GOOD_FRIDAY, EASTER, EASTER_MONDAY, WHIT_SUNDAY, WHIT_MONDAY)
    free = {2024: ["08-19", "12-24", "12-27"], 2025: ["05-02", "10-24", "12-24"],
            2026: ["01-02", "08-21", "12-24"]}
    d.fixed(*[(day, "Free for a Saturday, by decree") for day in free.get(d.year, [])])


@state("IE", "Ireland", "Organisation of Working Time Act 1997. A holiday on a weekend is not moved by law; "
       "the free Monday after it is custom and left out. Good Friday is no public holiday.")
def ireland(d):
    d.fixed(NEW_YEAR, ("03-17", "St Patrick's Day"), CHRISTMAS, STEPHEN)
    first = date(d.year, 2, 1)
    d.on(first if first.weekday() == FRI else nth(d.year, 2, MON, 1), "St Brigid's Day")
    d.western(EASTER_MONDAY)
    d.on(nth(d.year, 5, MON, 1), "May Day")
    d.on(nth(d.year, 6, MON, 1), "June Holiday")
    d.on(nth(d.year, 8, MON, 1), "August Holiday")
    d.on(last(d.year, 10, MON), "October Holiday")


@state("IT", "Italy", "4 October is a national holiday again since 2026. Days of patron saints are left out.")
def italy(d):
    d.fixed(NEW_YEAR, EPIPHANY, ("04-25", "Liberation Day"), LABOUR, ("06-02", "Republic Day"), ASSUMPTION,
            ALL_SAINTS, IMMACULATE, CHRISTMAS, STEPHEN)
    d.western(EASTER, EASTER_MONDAY)
    if d.year >= 2026:
        d.fixed(("10-04", "St Francis' Day"))


@state("LV", "Latvia", "4 May and 18 November on a weekend make the next Monday free. The free Monday after a "
       "Song and Dance Festival and days that the government moves are not known ahead and left out.")
def latvia(d):
    national = [("05-04", "Restoration of Independence Day"), ("11-18", "Proclamation Day")]
    d.fixed(NEW_YEAR, LABOUR, ("06-23", "Midsummer Eve"), ("06-24", "Midsummer Day"), CHRISTMAS_EVE, CHRISTMAS,
            SECOND_CHRISTMAS, ("12-31", "New Year's Eve"), *national)
    d.western(GOOD_FRIDAY, EASTER, EASTER_MONDAY, WHIT_SUNDAY)
    d.on(nth(d.year, 5, SUN, 2), "Mother's Day")
    d.substitutes([name for _, name in national])


@state("LT", "Lithuania", "Labour Code art. 123.")
def lithuania(d):
    d.fixed(NEW_YEAR, ("02-16", "Restoration of the State Day"), ("03-11", "Restoration of Independence Day"),
            LABOUR, ("06-24", "St John's Day"), ("07-06", "Statehood Day"), ASSUMPTION, ALL_SAINTS,
            ("11-02", "All Souls' Day"), CHRISTMAS_EVE, CHRISTMAS, SECOND_CHRISTMAS)
    d.western(EASTER, EASTER_MONDAY)
    d.on(nth(d.year, 5, SUN, 1), "Mother's Day")
    d.on(nth(d.year, 6, SUN, 1), "Father's Day")


@state("LU", "Luxembourg", "Code du travail L.232-2; Europe Day since 2019.")
def luxembourg(d):
    d.fixed(NEW_YEAR, LABOUR, ("05-09", "Europe Day"), ("06-23", "National Day"), ASSUMPTION, ALL_SAINTS,
            CHRISTMAS, STEPHEN)
    d.western(EASTER_MONDAY, ASCENSION, WHIT_MONDAY)


@state("MT", "Malta", "A holiday on a weekend gives a day of leave and is not moved.")
def malta(d):
    d.fixed(NEW_YEAR, ("02-10", "St Paul's Shipwreck"), ("03-19", "St Joseph's Day"), ("03-31", "Freedom Day"),
            LABOUR, ("06-07", "Sette Giugno"), ("06-29", "St Peter and St Paul"), ASSUMPTION,
            ("09-08", "Victory Day"), ("09-21", "Independence Day"), IMMACULATE, ("12-13", "Republic Day"),
            CHRISTMAS)
    d.western(GOOD_FRIDAY)


@state("NL", "Netherlands", "Algemene termijnenwet art. 3, without Good Friday, which it treats as one but "
       "which is none. King's Day on a Sunday is kept on the Saturday before.")
def netherlands(d):
    d.fixed(NEW_YEAR, ("05-05", "Liberation Day"), CHRISTMAS, SECOND_CHRISTMAS)
    d.western(EASTER, EASTER_MONDAY, ASCENSION, WHIT_SUNDAY, WHIT_MONDAY)
    king = date(d.year, 4, 27)
    d.on(king - DAY if king.weekday() == SUN else king, "King's Day")


@state("PL", "Poland", "Ustawa o dniach wolnych od pracy; 24 December since 2025.")
def poland(d):
    d.fixed(NEW_YEAR, EPIPHANY, LABOUR, ("05-03", "Constitution Day"), ASSUMPTION, ALL_SAINTS,
            ("11-11", "Independence Day"), CHRISTMAS, SECOND_CHRISTMAS)
    d.western(EASTER, EASTER_MONDAY, WHIT_SUNDAY, CORPUS_CHRISTI)
    if d.year >= 2025:
        d.fixed(CHRISTMAS_EVE)


@state("PT", "Portugal", "Código do Trabalho art. 234. Shrove Tuesday is optional and left out.")
def portugal(d):
    d.fixed(NEW_YEAR, ("04-25", "Freedom Day"), LABOUR, ("06-10", "Portugal Day"), ASSUMPTION,
            ("10-05", "Republic Day"), ALL_SAINTS, ("12-01", "Restoration of Independence Day"), IMMACULATE,
            CHRISTMAS)
    d.western(GOOD_FRIDAY, EASTER, CORPUS_CHRISTI)


@state("RO", "Romania", "Codul muncii art. 139; 6 and 7 January since 2024. Bridge days that the government "
       "declares for its own staff are left out.")
def romania(d):
    d.fixed(NEW_YEAR, ("01-02", "Day after New Year"), EPIPHANY, ("01-07", "St John the Baptist"),
            ("01-24", "Unification Day"), LABOUR, ("06-01", "Children's Day"), ASSUMPTION,
            ("11-30", "St Andrew's Day"), ("12-01", "National Day"), CHRISTMAS, SECOND_CHRISTMAS)
    d.eastern(GOOD_FRIDAY, EASTER, EASTER_MONDAY, WHIT_SUNDAY, WHIT_MONDAY)


@state("SK", "Slovakia", "Zákon č. 241/1993 Z. z. 1 September is a working day since 2024, 17 November since "
       "2025, 8 May and 15 September in 2026. Whether the last two come back in 2027 is not sure: left out.")
def slovakia(d):
    d.fixed(NEW_YEAR, EPIPHANY, LABOUR, ("07-05", "Saints Cyril and Methodius"),
            ("08-29", "Slovak National Uprising Day"), ALL_SAINTS, CHRISTMAS_EVE, CHRISTMAS, STEPHEN)
    d.western(GOOD_FRIDAY, EASTER_MONDAY)
    if d.year < 2026:
        d.fixed(VICTORY, ("09-15", "Our Lady of Sorrows"))
    if d.year < 2025:
        d.fixed(("11-17", "Freedom and Democracy Day"))


@state("SI", "Slovenia", "Zakon o praznikih in dela prostih dnevih, days free of work only.")
def slovenia(d):
    d.fixed(NEW_YEAR, ("01-02", "New Year's Holiday"), ("02-08", "Prešeren Day"),
            ("04-27", "Uprising against Occupation"), LABOUR, ("05-02", "Labour Day Holiday"),
            ("06-25", "Statehood Day"), ASSUMPTION, ("10-31", "Reformation Day"), ALL_SAINTS, CHRISTMAS,
            ("12-26", "Independence and Unity Day"))
    d.western(EASTER, EASTER_MONDAY, WHIT_SUNDAY)


@state("ES", "Spain", "The national holidays. Regions add their own, choose a few and move those on Sundays: "
       "all that is left out.")
def spain(d):
    d.fixed(NEW_YEAR, EPIPHANY, LABOUR, ASSUMPTION, ("10-12", "National Day"), ALL_SAINTS,
            ("12-06", "Constitution Day"), IMMACULATE, CHRISTMAS)
    d.western(GOOD_FRIDAY)


@state("SE", "Sweden", "Lag (1989:253). Midsummer Eve, Christmas Eve and New Year's Eve are no public holidays "
       "and left out, though the law on legal time (1930:173) moves a last day from them, too.")
def sweden(d):
    d.fixed(NEW_YEAR, EPIPHANY, ("05-01", "May Day"), ("06-06", "National Day"), CHRISTMAS, SECOND_CHRISTMAS)
    d.western(GOOD_FRIDAY, EASTER, EASTER_MONDAY, ASCENSION, WHIT_SUNDAY)
    d.on(on_or_after(date(d.year, 6, 20), SAT), "Midsummer Day")
    d.on(on_or_after(date(d.year, 10, 31), SAT), "All Saints' Day")


@state("GB", "England and Wales", "Banking and Financial Dealings Act 1971 with substitute days. Days by royal "
       "proclamation for one year are not known ahead. Scotland: GB-SCT, Northern Ireland: GB-NIR.")
def england(d):
    d.fixed(NEW_YEAR, CHRISTMAS, BOXING)
    d.western(GOOD_FRIDAY, EASTER_MONDAY)
    d.on(nth(d.year, 5, MON, 1), "Early May Bank Holiday")
    d.on(last(d.year, 5, MON), "Spring Bank Holiday")
    d.on(last(d.year, 8, MON), "Summer Bank Holiday")
    d.substitutes([NEW_YEAR[1], CHRISTMAS[1], BOXING[1]])


@state("GB-SCT", "Scotland", "Bank holidays with substitute days. Many places keep local days instead. The day "
       "proposed for 15 June 2026 (football) is not sure and left out.")
def scotland(d):
    d.fixed(NEW_YEAR, ("01-02", "2 January"), ("11-30", "St Andrew's Day"), CHRISTMAS, BOXING)
    d.western(GOOD_FRIDAY)
    d.on(nth(d.year, 5, MON, 1), "Early May Bank Holiday")
    d.on(last(d.year, 5, MON), "Spring Bank Holiday")
    d.on(nth(d.year, 8, MON, 1), "Summer Bank Holiday")
    d.substitutes([NEW_YEAR[1], "2 January", "St Andrew's Day", CHRISTMAS[1], BOXING[1]])


@state("GB-NIR", "Northern Ireland", "Bank holidays with substitute days.")
def northern_ireland(d):
    d.fixed(NEW_YEAR, ("03-17", "St Patrick's Day"), ("07-12", "Battle of the Boyne"), CHRISTMAS, BOXING)
    d.western(GOOD_FRIDAY, EASTER_MONDAY)
    d.on(nth(d.year, 5, MON, 1), "Early May Bank Holiday")
    d.on(last(d.year, 5, MON), "Spring Bank Holiday")
    d.on(last(d.year, 8, MON), "Summer Bank Holiday")
    d.substitutes([NEW_YEAR[1], "St Patrick's Day", "Battle of the Boyne", CHRISTMAS[1], BOXING[1]])


@state("CH", "Switzerland", "Only 1 August is a holiday of the whole country (Federal Constitution art. 110); "
       "all others are the cantons'. Here stand those that the federal administration keeps, too, as whole "
       "days. Not sure for every canton.")
def switzerland(d):
    d.fixed(NEW_YEAR, ("01-02", "Berchtold's Day"), ("08-01", "Swiss National Day"), CHRISTMAS, STEPHEN)
    d.western(GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY)


@state("US", "United States (federal)", "5 U.S.C. 6103 with observed days: Friday for a Saturday, Monday for a "
       "Sunday. Days that a president gives federal staff for one year are no legal holidays and left out.")
def united_states(d):
    fixed = [NEW_YEAR, ("06-19", "Juneteenth"), ("07-04", "Independence Day"), ("11-11", "Veterans Day"),
             CHRISTMAS]
    d.fixed(*fixed)
    for day, name in list(d.found) + [(date(d.year + 1, 1, 1), NEW_YEAR[1])]:
        observed = day - DAY if day.weekday() == SAT else day + DAY if day.weekday() == SUN else day
        if observed != day and observed.year == d.year:
            d.on(observed, f"{name} (observed)")
    d.on(nth(d.year, 1, MON, 3), "Martin Luther King Jr. Day")
    d.on(nth(d.year, 2, MON, 3), "Washington's Birthday")
    d.on(last(d.year, 5, MON), "Memorial Day")
    d.on(nth(d.year, 9, MON, 1), "Labor Day")
    d.on(nth(d.year, 10, MON, 2), "Columbus Day")
    d.on(nth(d.year, 11, THU, 4), "Thanksgiving Day")


@state("CA", "Canada (federal)", "Canada Labour Code s. 166. Canada Day on a Sunday is kept on 2 July (Holidays "
       "Act); on which day others on a weekend are made up for is the employer's choice and left out. Easter "
       "Monday is a holiday of the Interpretation Act only and left out, as are the provinces' days.")
def canada(d):
    d.fixed(NEW_YEAR, ("07-01", "Canada Day"), ("09-30", "National Day for Truth and Reconciliation"),
            ("11-11", "Remembrance Day"), CHRISTMAS, BOXING)
    d.substitutes(["Canada Day"], weekdays=(SUN,))
    d.western(GOOD_FRIDAY)
    d.on(date(d.year, 5, 24) - date(d.year, 5, 24).weekday() * DAY, "Victoria Day")
    d.on(nth(d.year, 9, MON, 1), "Labour Day")
    d.on(nth(d.year, 10, MON, 2), "Thanksgiving Day")


@state("AU", "Australia", "Days that all states and territories keep, with the Mondays and Tuesdays after a "
       "weekend. Anzac Day is made up for in some states only; the King's Birthday has no common day: both left "
       "out.")
def australia(d):
    d.fixed(NEW_YEAR, ("01-26", "Australia Day"), ("04-25", "Anzac Day"), CHRISTMAS, BOXING)
    d.western(GOOD_FRIDAY, EASTER_MONDAY)
    d.substitutes([NEW_YEAR[1], "Australia Day", CHRISTMAS[1], BOXING[1]])
