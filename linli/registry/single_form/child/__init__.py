"""The process that opens Word templates nobody vouches for. It knows neither Django nor the database."""
