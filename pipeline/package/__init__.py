"""Write data packages and bags: tables, records, descriptor, README, tag files, archives."""
