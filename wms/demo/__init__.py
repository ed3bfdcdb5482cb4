"""The demo warehouse: a floor, goods with pictures, people, printers and a day of orders, from a seed."""
