"""The fixed sentences and the menu of an account, as far as the bureau changed them."""
