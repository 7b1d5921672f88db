# The tests that take long, longest first, in seconds on an idle machine of two cores (release, or tsan where that builds
# them), so that a first run, which knows no times yet, starts with them and does not end in one. A name that is gone does
# no harm.
foreach(cost IN ITEMS
    "40 engine.Sequences.EveryBuildEqualsACleanOne"
    "20 image.Corpus.GoodPicturesDecodeAndBadOnesGiveErrorsTheSameEveryTime"
    "20 image.JpegBaseline.AgreesWithLibjpegOnTheCorpus"
    "20 cache.CacheFaultsTest.ACommitIsWholeOrNotThereWhicheverCallFails"
    "17 image.Memory.ThumbnailsTakeWhatTheySay"
    "17 image.Memory.ThumbnailsByRowsTakeWhatTheySay"
    "15 engine.Meanwhile.WhatOthersDoToOutputsAndFoldersAtAnyMomentIsFoundByTheNext"
    "13 engine.Races.ASourceThatChangesUnderARunIsFoundByTheNext"
    "13 image.Samplings.EveryOneGivesTheSameThumbnailAtEveryFit"
    "11 engine.Model.RandomHistoriesGoAsForetold"
    "11 engine.Faults.AnOperationWithoutAccessIsMendedByTheNextRun"
    "10 engine.Faults.AnOperationThatFailsIsMendedByTheNextRun"
    "10 engine.Faults.APowerCutThatUndoesNamesIsMendedByTheNextRun"
    "10 engine.Faults.APowerCutThatEmptiesFilesIsMendedByTheNextRun"
    "9 cache.CacheFaultsTest.ACommitIsWholeOrNotThereWhereverTheProcessDies"
    "9 engine.Faults.AnOperationWithoutSpaceIsMendedByTheNextRun"
    "9 engine.Faults.APowerCutThatUndoesTheCommitIsMendedByTheNextRun"
    "7 image.Memory.DecodersTakeWhatTheySay"
    "6 image.Memory.DecodersThatGiveRowsTakeWhatTheySay"
    "6 engine.Faults.AKilledRunIsMendedByTheNext")
  string(REPLACE " " ";" cost "${cost}")
  list(GET cost 0 seconds)
  list(GET cost 1 test)
  set_tests_properties(${test} PROPERTIES COST ${seconds})
endforeach()
