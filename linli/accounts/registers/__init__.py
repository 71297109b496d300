"""The shell of the registers: the site, the base of every register, and forms that keep derived columns right. Rooms above use it."""
