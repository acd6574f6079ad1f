"""Files that the desk gives out. They all read opinions.queries.table, as the screen does, and say what they hold.

The official table is a Vietnamese paper whatever language its reader has chosen: its words don't go through gettext.
"""
