"""How the drawn sample is drawn: a brush, the sprites made with it, and the scenery around them."""
