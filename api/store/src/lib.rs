//! Every line of SQL of Plenary, one file a resource, and the private Postgres.
