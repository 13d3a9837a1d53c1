package io.stepwise.api.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of training jobs. */
@JsonInclude
record TrainList(List<TrainResponse> jobs, @Nullable String next) {}
