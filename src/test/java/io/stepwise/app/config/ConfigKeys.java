package io.stepwise.app.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The keys of {@link StepwiseConfig}, as its methods have them. */
final class ConfigKeys {
    private ConfigKeys() {}

    /** Every key and its default, "" for none. Where a map is, NAME stands for what people name. */
    static Map<String, String> all() {
        Map<String, String> keys = new TreeMap<>();
        methods().forEach((key, method) -> {
            WithDefault value = method.getAnnotation(WithDefault.class);
            keys.put(key, value == null ? "" : value.value());
        });
        return keys;
    }

    /** Every key and the method that has it. */
    static Map<String, Method> methods() {
        Map<String, Method> keys = new TreeMap<>();
        String prefix = StepwiseConfig.class.getAnnotation(ConfigMapping.class).prefix();
        collect(StepwiseConfig.class, prefix, keys);
        return keys;
    }

    private static void collect(Class<?> group, String prefix, Map<String, Method> keys) {
        Arrays.stream(group.getDeclaredMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .sorted(Comparator.comparing(Method::getName))
                .forEach(method -> add(method, prefix + "." + kebab(method.getName()), keys));
    }

    private static void add(Method method, String key, Map<String, Method> keys) {
        Class<?> type = method.getReturnType();
        if (type == Map.class) {
            ParameterizedType map = (ParameterizedType) method.getGenericReturnType();
            collect((Class<?>) map.getActualTypeArguments()[1], key + ".NAME", keys);
        } else if (type.isInterface() && type.getPackage() == StepwiseConfig.class.getPackage()) {
            collect(type, key, keys);
        } else {
            keys.put(key, method);
        }
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** What the key is in the environment. */
    static String environment(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
