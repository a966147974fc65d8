"""Changes of the schema, by Alembic.

A change is a module `versions/vNNNN_what_it_does.py` with the next number as its `revision`, added to
`studytui.store.schema.REVISIONS`, and the same change made in `studytui.store.tables`. `upgrade` runs inside one
transaction that is already open and rolled back on any error, with foreign keys off (they are checked at the end).
A table rebuilt by `batch_alter_table` loses its triggers: make those of `reviews` and `attempts` again.
There is no way down: a backup is made before the way up.
"""
