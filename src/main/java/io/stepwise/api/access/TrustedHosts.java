package io.stepwise.api.access;

import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names that a service without API keys answers to. They keep the pages of other sites away: a browser sends their
 * requests to this machine as readily as any program's.
 *
 * <p>A page reaches the service under its own name if that name's DNS entry points here (DNS rebinding), so {@code
 * Host} must be a name that nobody else can own: an IP address, a name of one label, or one below a domain of this
 * machine, of a container or of a cluster. {@code Origin} is stricter, since pages do have IP addresses: it must be this
 * service's own or this machine's.
 *
 * @param configured further names: a host name, {@code *.} and a domain for every name below it, or {@code *} for every
 *     name
 */
public record TrustedHosts(List<String> configured) {
    /** Nobody can own a name below them: localhost (RFC 6761), internal (ICANN, 2024), and two of Kubernetes. */
    private static final Set<String> PRIVATE = Set.of("localhost", "internal", "svc", "cluster.local");

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern LOOPBACK = Pattern.compile("(.+\\.)?localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");
    private static final Pattern ALLOWED =
            Pattern.compile("\\*|(\\*\\.)?[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*");
    private static final String EVERY = "*";

    /** @throws IllegalArgumentException if one of them is not a name */
    public TrustedHosts {
        configured =
                configured.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        configured.stream()
                .filter(name -> !ALLOWED.matcher(name).matches())
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("\"" + name
                            + "\" must be a host name without a port, such as images.example.org, *.example.org or *");
                });
    }

    /** Whether requests for this host are for this service. */
    public boolean isHost(String name) {
        String host = normal(name);
        return !host.contains(".")
                || host.startsWith("[")
                || IPV4.matcher(host).matches()
                || PRIVATE.stream().anyMatch(domain -> isBelow(host, domain))
                || isConfigured(host);
    }

    /**
     * Whether pages of this origin may change something.
     *
     * @param origin value of the header {@code Origin}, such as {@code http://localhost:3000} or {@code null}
     * @param host that the request is for; null if unknown
     */
    public boolean isOrigin(String origin, @Nullable HostAndPort host) {
        if (configured.contains(EVERY)) {
            return true;
        }
        return parse(origin)
                .filter(page -> LOOPBACK.matcher(normal(page.getHost())).matches()
                        || isConfigured(normal(page.getHost()))
                        || host != null && isSame(page, host))
                .isPresent();
    }

    private static Optional<URI> parse(String origin) {
        try {
            URI page = URI.create(origin);
            return page.getHost() == null ? Optional.empty() : Optional.of(page);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A host without a port has the default port of the page's scheme, which a proxy may have received by TLS. */
    private static boolean isSame(URI page, HostAndPort host) {
        int usual = page.getScheme().equals("https") ? 443 : 80;
        int pagePort = page.getPort() == -1 ? usual : page.getPort();
        int hostPort = host.port() == -1 ? usual : host.port();
        return normal(page.getHost()).equals(normal(host.host())) && pagePort == hostPort;
    }

    private boolean isConfigured(String host) {
        return configured.stream()
                .anyMatch(name -> name.equals(EVERY)
                        || name.equals(host)
                        || name.startsWith("*.") && isBelow(host, name.substring(2)));
    }

    private static boolean isBelow(String host, String domain) {
        return host.endsWith("." + domain);
    }

    private static String normal(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
