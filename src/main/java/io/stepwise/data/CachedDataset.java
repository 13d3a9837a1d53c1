package io.stepwise.data;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A data set that caches decoded images up to a limit in bytes.
 *
 * <p>When the budget is used up, the cache keeps its images and adds no more. Every epoch reads every image once, so a
 * least-recently-used cache would have no better hit rate.
 *
 * <p>INVARIANT: the cached pixels never exceed the budget. Callers must not change the pixels that they receive.
 */
public final class CachedDataset implements ImageDataset {
    /** Bytes that an entry needs in addition to its samples. */
    private static final long ENTRY_OVERHEAD = 128;

    private final ImageDataset source;
    private final long budget;
    private final ConcurrentMap<Long, LabelledImage> kept = new ConcurrentHashMap<>();
    private final AtomicLong used = new AtomicLong();

    /**
     * @param source the data set to cache; closed with this data set
     * @param budgetBytes memory for the cache in bytes, at least 0
     */
    public CachedDataset(ImageDataset source, long budgetBytes) {
        if (budgetBytes < 0) {
            throw new IllegalArgumentException("budgetBytes " + budgetBytes + " must be at least 0");
        }
        this.source = source;
        budget = budgetBytes;
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public List<String> labels() {
        return source.labels();
    }

    @Override
    public long size() {
        return source.size();
    }

    @Override
    public int label(long index) {
        return source.label(index);
    }

    @Override
    public String key(long index) {
        return source.key(index);
    }

    @Override
    public LabelledImage get(long index) {
        LabelledImage hit = kept.get(Objects.checkIndex(index, size()));
        if (hit != null) {
            return hit;
        }
        LabelledImage image = source.get(index);
        long cost = image.pixels().data().length + ENTRY_OVERHEAD;
        if (used.addAndGet(cost) > budget || kept.putIfAbsent(index, image) != null) {
            used.addAndGet(-cost);
        }
        return image;
    }

    @Override
    public void close() {
        kept.clear();
        source.close();
    }
}
