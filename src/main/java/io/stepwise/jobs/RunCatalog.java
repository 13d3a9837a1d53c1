package io.stepwise.jobs;

import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** All runs with their newest events. A run's file is read again only when it has changed. Thread-safe. */
final class RunCatalog {
    private static final Logger LOG = Logger.getLogger(RunCatalog.class);

    private final Path runs;
    private final Map<String, Known> known = new HashMap<>();

    record Entry(RunFolder run, RunEvent last) {}

    private record Known(long size, FileTime changed, RunEvent last) {}

    RunCatalog(Path runs) {
        this.runs = runs;
    }

    /** The runs that have events, newest first. */
    synchronized List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        Set<String> there = new HashSet<>();
        for (RunFolder run : RunFolder.list(runs)) {
            there.add(run.id());
            RunEvent last = readable(run);
            if (last != null) {
                entries.add(new Entry(run, last));
            }
        }
        known.keySet().retainAll(there);
        return entries;
    }

    /** Reads one run; a run that cannot be read does not hide the others. */
    private @Nullable RunEvent readable(RunFolder run) {
        try {
            return last(run);
        } catch (IOException e) {
            LOG.warnf(e, "the events of run %s can't be read", run.id());
            return null;
        }
    }

    private @Nullable RunEvent last(RunFolder run) throws IOException {
        try {
            BasicFileAttributes file =
                    Files.readAttributes(run.root().resolve("events.jsonl"), BasicFileAttributes.class);
            Known before = known.get(run.id());
            if (before != null && before.size == file.size() && before.changed.equals(file.lastModifiedTime())) {
                return before.last;
            }
            RunEvent last = run.eventLog().last().orElse(null);
            if (last != null) {
                known.put(run.id(), new Known(file.size(), file.lastModifiedTime(), last));
            }
            return last;
        } catch (NoSuchFileException nothingYet) {
            return null;
        }
    }
}
