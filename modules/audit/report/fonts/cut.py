"""Cuts Inter to what reports need: python3 cut.py <from.ttf or .woff2> <to.ttf>"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

# Latin with its extensions, marks, Greek, Cyrillic, punctuation, currencies, a few arrows and signs.
RANGES = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x250, 0x2AF), (0x2B0, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
    (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2010, 0x2027), (0x2030, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20C0),
    (0x2100, 0x214F), (0x2190, 0x2193), (0x2200, 0x22FF), (0x25A0, 0x25CF), (0xFB00, 0xFB04), (0xFFFD, 0xFFFD),
]

source, target = sys.argv[1:]
font = TTFont(source)
tabular = {}
for record in font["GSUB"].table.FeatureList.FeatureRecord:
    if record.FeatureTag == "tnum":
        for index in record.Feature.LookupListIndex:
            for table in font["GSUB"].table.LookupList.Lookup[index].SubTable:
                tabular.update(getattr(table, "ExtSubTable", table).mapping)
for cmap in font["cmap"].tables:
    if cmap.isUnicode():
        for code in range(0x30, 0x3A):
            if code in cmap.cmap:
                cmap.cmap[code] = tabular.get(cmap.cmap[code], cmap.cmap[code])

options = subset.Options()
options.hinting = False
options.layout_features = []
options.notdef_outline = True
options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
options.drop_tables += ["GSUB", "GPOS", "GDEF", "STAT", "DSIG", "meta"]
cutter = subset.Subsetter(options)
cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
cutter.subset(font)
font.flavor = None
# The same input gives the same file.
font["head"].modified = font["head"].created
font.recalcTimestamp = False
font.save(target)
