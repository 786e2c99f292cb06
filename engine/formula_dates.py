"""Functions of formulas on dates and moments."""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from .errors import FormulaError
from .formula_table import as_day, as_moment, as_number, as_whole, function
from .texts import _lt


@function("date(value)", _lt("The date in a text, such as 2026-03-01, or of a moment."))
def _date(value):
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise FormulaError(_lt("“%s” is no date such as 2026-03-01", str(value))) from None


@function("add_hours(moment, hours)", _lt("So many hours later; earlier with a minus."))
def _add_hours(moment, hours):
    return as_moment(moment) + timedelta(hours=as_number(hours))


@function("add_days(date, days)", _lt("So many days later; earlier with a minus."))
def _add_days(day, days):
    return as_day(day) + timedelta(days=as_number(days))


@function("add_weeks(date, weeks)", _lt("So many weeks later; earlier with a minus."))
def _add_weeks(day, weeks):
    return as_day(day) + timedelta(weeks=as_number(weeks))


@function("add_months(date, months)", _lt("The same day of another month, or its last."))
def _add_months(day, months):
    return as_day(day) + relativedelta(months=as_whole(months))


@function("add_years(date, years)", _lt("The same day of another year."))
def _add_years(day, years):
    return as_day(day) + relativedelta(years=as_whole(years))


@function("days_between(from, to)", _lt("How many days from one date to the other."))
def _days_between(start, end):
    return (_date(end) - _date(start)).days


@function("year(date)", _lt("The year as a number."))
def _year(day):
    return as_day(day).year


@function("month(date)", _lt("The month, 1 to 12."))
def _month(day):
    return as_day(day).month


@function("day(date)", _lt("The day of the month."))
def _day_of_month(day):
    return as_day(day).day


@function("weekday(date)", _lt("The day of the week: 1 for Monday to 7 for Sunday."))
def _weekday(day):
    return as_day(day).isoweekday()


@function("start_of_month(date)", _lt("The first day of its month."))
def _start_of_month(day):
    return as_day(day) + relativedelta(day=1)


@function("end_of_month(date)", _lt("The last day of its month."))
def _end_of_month(day):
    return as_day(day) + relativedelta(day=31)
