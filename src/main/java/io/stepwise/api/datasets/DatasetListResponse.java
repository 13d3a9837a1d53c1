package io.stepwise.api.datasets;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.data.store.DatasetSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON list of all data sets. */
record DatasetListResponse(List<Entry> datasets) {
    static DatasetListResponse of(List<DatasetSummary> all) {
        return new DatasetListResponse(all.stream().map(Entry::of).toList());
    }

    /** One data set in the list. */
    @JsonInclude
    record Entry(
            String name,
            boolean builtin,
            long images,
            int classes,
            long bytes,
            @Nullable String created,
            @Nullable String problem) {

        private static Entry of(DatasetSummary summary) {
            return new Entry(
                    summary.name(),
                    summary.builtin(),
                    summary.images(),
                    summary.labels().size(),
                    summary.bytes(),
                    summary.created() == null ? null : summary.created().toString(),
                    summary.problem());
        }
    }
}
