"""Working days and office hours of a Chinese bureau: public holidays and make-up days (调休) included."""

from knowledge.calendar.working_days import SHANGHAI, WorkingCalendar, shanghai_day

__all__ = ["SHANGHAI", "WorkingCalendar", "shanghai_day"]
