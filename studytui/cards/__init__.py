"""What a card is: YAML in, cards or problems out."""
