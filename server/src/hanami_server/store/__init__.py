"""What is kept in the database: tables, sessions, migrations, and queries scoped by who asks."""
