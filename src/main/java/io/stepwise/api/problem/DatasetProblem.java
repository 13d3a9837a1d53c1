package io.stepwise.api.problem;

import io.stepwise.data.BrokenPicture;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.store.BrokenPicturesException;
import io.stepwise.data.store.DatasetExistsException;
import io.stepwise.data.store.DatasetInUseException;
import io.stepwise.data.store.DatasetNotFoundException;
import io.stepwise.schema.FieldError;
import io.stepwise.upload.BrokenOffException;
import io.stepwise.upload.MalformedUploadException;
import io.stepwise.upload.SlowBodyException;
import io.stepwise.upload.StorageFullException;
import io.stepwise.upload.UploadTooLargeException;
import io.stepwise.upload.UploadsBusyException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The problem that stands for an exception of the data sets.
 *
 * @param type of the problem
 * @param errors the wrong fields or pictures; empty if there are none
 * @param retryAfter when the client may try again, if that makes sense
 */
record DatasetProblem(ProblemType type, List<FieldError> errors, Optional<Duration> retryAfter) {
    private DatasetProblem(ProblemType type) {
        this(type, List.of(), Optional.empty());
    }

    /** Empty if {@code cause} does not come from the data sets. */
    static Optional<DatasetProblem> of(Throwable cause) {
        if (cause instanceof DatasetNotFoundException) {
            return Optional.of(new DatasetProblem(ProblemType.DATASET_NOT_FOUND));
        }
        if (cause instanceof DatasetExistsException) {
            return Optional.of(new DatasetProblem(ProblemType.DATASET_EXISTS));
        }
        if (cause instanceof DatasetInUseException) {
            return Optional.of(new DatasetProblem(ProblemType.DATASET_IN_USE));
        }
        return ofUpload(cause);
    }

    private static Optional<DatasetProblem> ofUpload(Throwable cause) {
        if (cause instanceof BrokenPicturesException e) {
            List<FieldError> errors =
                    e.named().stream().map(DatasetProblem::error).toList();
            return Optional.of(new DatasetProblem(ProblemType.BROKEN_PICTURES, errors, Optional.empty()));
        }
        if (cause instanceof InvalidDatasetException) {
            return Optional.of(new DatasetProblem(ProblemType.INVALID_DATASET));
        }
        if (cause instanceof UploadTooLargeException) {
            return Optional.of(new DatasetProblem(ProblemType.UPLOAD_TOO_LARGE));
        }
        if (cause instanceof UploadsBusyException e) {
            return Optional.of(new DatasetProblem(ProblemType.DATASETS_BUSY, List.of(), Optional.of(e.retryAfter())));
        }
        if (cause instanceof BrokenOffException || cause instanceof MalformedUploadException) {
            return Optional.of(new DatasetProblem(ProblemType.BAD_REQUEST));
        }
        if (cause instanceof SlowBodyException) {
            return Optional.of(new DatasetProblem(ProblemType.BODY_TOO_SLOW));
        }
        if (cause instanceof StorageFullException) {
            return Optional.of(new DatasetProblem(ProblemType.INSUFFICIENT_STORAGE));
        }
        return Optional.empty();
    }

    private static FieldError error(BrokenPicture picture) {
        return new FieldError(FieldError.pointer(picture.file()), picture.file() + ": " + picture.reason());
    }
}
