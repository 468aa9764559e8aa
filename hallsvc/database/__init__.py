"""PostgreSQL for the hall: where it runs, who logs in, and what is checked.

`base` is the database backend Django loads; `embedded` runs a PostgreSQL of our
own when no DATABASE_URL is given; `roles` keeps the owner of the tables and the
application apart; `checks` refuses a server that is not set up as required.
"""
