"""When is a dock of shared bikes of use? Ours: no standard says how many bikes have to stand ready."""

from indicators.standard import Edition

SHARED_BIKES_V1 = Edition(
    "project",
    "shared-bikes-1",
    None,
    None,
    "counts of a dock or fence, every reading counting once; it is in balance while it has a bike and room for one",
)
