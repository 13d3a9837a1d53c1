package io.stepwise.serving;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.jboss.logging.Logger;

/** Threads that take little of a processor while others want it. */
final class LowPriority {
    private static final Logger LOG = Logger.getLogger(LowPriority.class);

    private static final int NICE = 10; // a ninth of a normal thread's share
    private static final int WHICH_PROCESS = 0;
    private static final int THIS_THREAD = 0;

    private LowPriority() {}

    /** The C library; Java's own priorities do nothing on Linux. */
    interface C extends Library {
        int setpriority(int which, int who, int value);
    }

    /** Makes the calling thread one of them, for good. On systems other than Linux, where it would be the process, nothing. */
    static void ofThisThread() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            if (Native.load("c", C.class).setpriority(WHICH_PROCESS, THIS_THREAD, NICE) != 0) {
                LOG.debug("the priority of a thread can't be lowered");
            }
        } catch (LinkageError e) {
            LOG.debug("the priority of a thread can't be lowered", e);
        }
    }
}
