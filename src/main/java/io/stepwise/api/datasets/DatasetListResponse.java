package io.stepwise.api.datasets;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.data.store.DatasetSummary;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** All data sets as clients see them. */
@Schema(
        name = "Datasets",
        description = "All data sets.",
        requiredProperties = {"datasets"})
record DatasetListResponse(@Schema(description = "In the order of their names.") List<Entry> datasets) {
    static DatasetListResponse of(List<DatasetSummary> all) {
        return new DatasetListResponse(all.stream().map(Entry::of).toList());
    }

    /** What the list tells of a data set. */
    @Schema(
            name = "DatasetEntry",
            description = "What the list tells of a data set.",
            requiredProperties = {"name", "builtin", "images", "classes", "bytes", "created", "problem"})
    @JsonInclude
    record Entry(
            @Schema(description = "What the field dataset of a training job calls it.", examples = "cats") String name,
            @Schema(description = "Whether it is painted by the service.") boolean builtin,
            @Schema(description = "Images to train on.", minimum = "0") long images,
            @Schema(description = "How many classes they fall into; 0 for none.", minimum = "0") int classes,
            @Schema(description = "Bytes on disk.", minimum = "0") long bytes,
            @Schema(
                            description =
                                    "When it was uploaded, or last changed if it was put there by hand; ISO 8601, UTC."
                                            + " null for the built-in one.",
                            nullable = true,
                            format = "date-time")
                    @Nullable
                    String created,
            @Schema(description = "Why training can't use it as it is; null when it can.", nullable = true) @Nullable
                    String problem) {

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
