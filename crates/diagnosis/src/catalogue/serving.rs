super::rows! {
    MODEL_ERROR: Azure, UserThingFailed, "424", "the model answered with something other than 200", "", "#http-status-codes";
}
