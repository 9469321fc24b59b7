"""What partners exchange: indicators of a campaign, never a person."""
