"""Who takes part: persons, roles, calendars, absences, addresses."""
