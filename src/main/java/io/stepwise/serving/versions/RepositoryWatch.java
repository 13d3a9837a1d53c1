package io.stepwise.serving.versions;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls back when something may have changed in some folders: at once on a notification of the operating system, and
 * after every interval, because network file systems do not report changes by other machines.
 */
final class RepositoryWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RepositoryWatch.class);
    private static final WatchEvent.Kind<?>[] KINDS = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY
    };

    private final Duration interval;
    private final Supplier<Set<Path>> folders;
    private final Runnable look;
    private final Map<Path, WatchKey> watched = new HashMap<>(); // used by the thread only
    private final Thread thread;
    private boolean warned;

    /**
     * @param interval above 0
     * @param folders the folders to watch now, without their subfolders; they need not exist
     * @param look is called by the thread of this watch; it must return quickly and not throw
     */
    RepositoryWatch(Duration interval, Supplier<Set<Path>> folders, Runnable look) {
        this.interval = interval;
        this.folders = folders;
        this.look = look;
        thread = new Thread(this::run, "model-watch");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (WatchService service = service()) {
            while (true) {
                if (service == null) {
                    TimeUnit.NANOSECONDS.sleep(interval.toNanos());
                } else if (!watch(service)) { // changes before a folder was watched are not reported
                    await(service);
                }
                look.run();
            }
        } catch (InterruptedException e) {
            LOG.debug("the watch ends");
        } catch (IOException e) {
            LOG.debug("the watch's end failed", e);
        }
    }

    private @Nullable WatchService service() {
        try {
            return FileSystems.getDefault().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            warn(e);
            return null;
        }
    }

    /** Watches the current folders; returns whether some are new. */
    private boolean watch(WatchService service) {
        Set<Path> wanted = folders.get();
        watched.entrySet().removeIf(entry -> {
            boolean over = !entry.getValue().isValid() || !wanted.contains(entry.getKey());
            if (over) {
                entry.getValue().cancel();
            }
            return over;
        });
        boolean more = false;
        for (Path folder : wanted) {
            if (!watched.containsKey(folder) && Files.isDirectory(folder)) {
                try {
                    watched.put(folder, folder.register(service, KINDS));
                    more = true;
                } catch (NoSuchFileException | NotDirectoryException e) {
                    continue; // the folder was deleted just now
                } catch (IOException e) {
                    warn(e);
                }
            }
        }
        return more;
    }

    private void await(WatchService service) throws InterruptedException {
        WatchKey key = service.poll(interval.toNanos(), TimeUnit.NANOSECONDS);
        while (key != null) {
            key.pollEvents();
            key.reset();
            key = service.poll();
        }
    }

    private void warn(Exception reason) {
        if (!warned) {
            warned = true;
            LOG.warnf("folders can't be watched, they are looked into every %d ms: %s", interval.toMillis(), reason);
        }
    }

    /** Ends the thread. */
    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
