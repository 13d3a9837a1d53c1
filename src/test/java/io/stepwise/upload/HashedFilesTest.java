package io.stepwise.upload;

import static io.stepwise.upload.Uploads.files;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class HashedFilesTest {
    private static String hash(Object... namesAndContents) throws IOException {
        return new HashedFiles(files(namesAndContents), "how").hash(Long.MAX_VALUE);
    }

    @Test
    void hash_sameFiles_isTheSameHoweverTheyAreRead() throws IOException {
        HashedFiles half = new HashedFiles(files("a", "one", "b", "two"), "how");
        IncomingFiles.File first = half.next();
        assertThat(first.name()).isEqualTo("a");
        assertThat(first.content().read()).isEqualTo('o');
        assertThat(first.content().skip(1)).isEqualTo(1);

        assertThat(half.hash(Long.MAX_VALUE))
                .isEqualTo(hash("a", "one", "b", "two"))
                .isEqualTo(half.hash(Long.MAX_VALUE));
        assertThat(half.next()).isNull();
    }

    @Test
    void hash_contentThatItsReaderCloses_isReadOn() throws IOException {
        InputStream content = new BufferedInputStream(new ByteArrayInputStream("one".getBytes(StandardCharsets.UTF_8)));
        Iterator<IncomingFiles.File> only =
                List.of(new IncomingFiles.File("a", content)).iterator();
        HashedFiles closed = new HashedFiles(() -> only.hasNext() ? only.next() : null, "how");

        closed.next().content().close();

        assertThat(closed.hash(Long.MAX_VALUE)).isEqualTo(hash("a", "one"));
    }

    @Test
    void hash_anythingElse_isAnother() throws IOException {
        assertThat(hash("a", "one", "b", "two"))
                .isNotEqualTo(hash("a", "one", "b", "twp"))
                .isNotEqualTo(hash("a", "one", "c", "two"))
                .isNotEqualTo(hash("b", "two", "a", "one"))
                .isNotEqualTo(hash("a", "one"))
                .isNotEqualTo(hash("a", "on", "eb", "two"))
                .isNotEqualTo(new HashedFiles(files("a", "one", "b", "two"), "other").hash(Long.MAX_VALUE));
    }
}
