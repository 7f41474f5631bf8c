"""The words in which tools/holidays/states.py tells when a country rests."""
import datetime

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
DAY = datetime.timedelta(days=1)


def date(year, month, day):
    return datetime.date(year, month, day)


def easter(year):
    """Easter Sunday of the western churches (Gregorian computus)."""
    golden = year % 19
    century = year // 100
    epact = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    epact -= epact // 28 * (1 - 29 // (epact + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    days = epact - weekday  # from 28 March
    return date(year, 3, 28) + days * DAY


def pascha(year):
    """Easter Sunday of the eastern churches (Julian computus, told in Gregorian days)."""
    moon = (19 * (year % 19) + 15) % 30
    days = moon + (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7  # from 22 March less one, Julian
    month, day = divmod(days + 114, 31)
    julian = date(year, month, day + 1)
    return julian + (year // 100 - year // 400 - 2) * DAY


def nth(year, month, weekday, count):
    """The first, second … weekday of a month."""
    first = date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (count - 1)) * DAY


def last(year, month, weekday):
    end = date(year + month // 12, month % 12 + 1, 1) - DAY
    return end - (end.weekday() - weekday) % 7 * DAY


def on_or_after(day, weekday):
    return day + (weekday - day.weekday()) % 7 * DAY


class Days:
    """The holidays of one country in one year, as they are told."""

    def __init__(self, year):
        self.year = year
        self.found = []

    def on(self, day, name):
        self.found.append((day, name))

    def fixed(self, *feasts):
        """("12-25", name) …"""
        for feast, name in feasts:
            self.on(date(self.year, int(feast[:2]), int(feast[3:])), name)

    def western(self, *feasts):
        """(days from Easter Sunday, name) …"""
        for days, name in feasts:
            self.on(easter(self.year) + days * DAY, name)

    def eastern(self, *feasts):
        for days, name in feasts:
            self.on(pascha(self.year) + days * DAY, name)

    def rests(self, day):
        return day.weekday() >= SAT or any(day == other for other, _ in self.found)

    def substitutes(self, names, weekdays=(SAT, SUN)):
        """Of these, a day on a weekend is kept again on the next day that is free for it."""
        for day, name in sorted(self.found):
            if name in names and day.weekday() in weekdays:
                other = day
                while self.rests(other):
                    other += DAY
                self.on(other, f"{name} (substitute)")
