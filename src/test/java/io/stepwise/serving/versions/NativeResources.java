package io.stepwise.serving.versions;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Map;

/** Arrays, programs and managers that somebody has opened through DJL and not closed. */
final class NativeResources {
    private NativeResources() {}

    /** How many there are in this process. */
    static int count() throws ReflectiveOperationException {
        try (NDManager any = NDManager.newBaseManager()) {
            return count(any.getParentManager()) - 1;
        }
    }

    private static int count(Object manager) throws ReflectiveOperationException {
        Field field = BaseNDManager.class.getDeclaredField("resources");
        field.setAccessible(true);
        int count = 0;
        for (Object resource : ((Map<?, ?>) field.get(manager)).values()) {
            count += resource instanceof BaseNDManager ? 1 + count(resource) : 1;
        }
        return count;
    }
}
