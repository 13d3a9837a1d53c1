package io.stepwise.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.net.HostAndPort;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedHostsTest {
    private static final TrustedHosts NONE = new TrustedHosts(List.of());
    private static final TrustedHosts SOME = new TrustedHosts(List.of("Images.example.org", "*.lab.example"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST.",
                "app.localhost",
                "127.0.0.1",
                "10.1.2.3",
                "[::1]",
                "[fe80::1%25eth0]",
                "[::ffff:10.0.0.1]",
                "stepwise",
                "stepwise.models.svc",
                "stepwise.models.svc.cluster.local",
                "host.docker.internal"
            })
    void isHost_nameThatNobodyElseCanOwn_isTrusted(String host) {
        assertThat(NONE.isHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil-localhost.example",
                "1.2.3.4.5",
                "svc.evil.example",
                "notsvc.a",
                "cluster.local.evil",
                "my.local",
                "1.2.3.x"
            })
    void isHost_nameOfAnybody_isForeign(String host) {
        assertThat(NONE.isHost(host)).isFalse();
        assertThat(new TrustedHosts(List.of("*")).isHost(host)).isTrue();
    }

    @Test
    void isHost_configured_isTrustedWithItsWildcard() {
        assertThat(SOME.isHost("images.EXAMPLE.org")).isTrue();
        assertThat(SOME.isHost("a.b.lab.example")).isTrue();
        assertThat(SOME.isHost("lab.example")).isFalse();
        assertThat(SOME.isHost("xlab.example")).isFalse();
        assertThat(SOME.isHost("x.images.example.org")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:3000, 10.0.0.1:8080, true",
        "http://127.0.0.1:8888, localhost:8080, true",
        "http://[::1]:3000,     localhost:8080, true",
        "http://10.0.0.1:8080,  10.0.0.1:8080,  true",
        "http://10.0.0.1:9999,  10.0.0.1:8080,  false",
        "http://10.0.0.9,       localhost:8080, false",
        "http://stepwise,       stepwise,       true",
        "https://stepwise,      stepwise,       true",
        "http://stepwise:80,    stepwise,       true",
        "http://intranet,       localhost:8080, false",
        "https://evil.example,  localhost:8080, false",
        "http://localhost.evil.example, localhost:8080, false",
        "null,                  localhost:8080, false",
        "'',                    localhost:8080, false",
        "file://,               localhost:8080, false",
        "chrome-extension://abc, localhost:8080, false",
        "http://exa mple,       localhost:8080, false"
    })
    void isOrigin_withoutConfiguration_isThisServiceOrThisMachineOnly(String origin, String host, boolean trusted) {
        assertThat(NONE.isOrigin(origin, HostAndPort.parseAuthority(host, -1))).isEqualTo(trusted);
        assertThat(new TrustedHosts(List.of("*")).isOrigin(origin, null)).isTrue();
    }

    @Test
    void isOrigin_configured_isTrusted() {
        assertThat(SOME.isOrigin("https://images.example.org", null)).isTrue();
        assertThat(SOME.isOrigin("https://x.lab.example:8443", null)).isTrue();
        assertThat(SOME.isOrigin("https://other.example.org", null)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://images.example.org", "images.example.org:443", "*.", "a..b", "*example", "a/b", ""})
    void new_noHostName_isRefusedNamingIt(String name) {
        assertThatThrownBy(() -> new TrustedHosts(List.of(name)))
                .hasMessageStartingWith("\"" + name + "\" must be a host name");
    }
}
