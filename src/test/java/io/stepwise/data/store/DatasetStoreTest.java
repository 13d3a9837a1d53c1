package io.stepwise.data.store;

import static io.stepwise.upload.Uploads.files;
import static io.stepwise.upload.Uploads.names;
import static io.stepwise.upload.Uploads.picture;
import static io.stepwise.upload.Uploads.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.data.BrokenPicture;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.OnBroken;
import io.stepwise.data.PictureSize;
import io.stepwise.data.store.DatasetSummary.LabelCount;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.schema.InvalidMessageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets that lie on disk: uploaded or put there by hand. */
class DatasetStoreTest {
    private static final byte[] PICTURE = picture(50);

    @TempDir
    Path root;

    private List<String> users = List.of();
    private DatasetStore store;

    @BeforeEach
    void open() {
        store = new DatasetStore(root, PictureLimits.DEFAULT, dataset -> users);
    }

    @Test
    void list_ofNothing_isTheBuiltInFaces() throws IOException {
        DatasetStore nowhere = new DatasetStore(root.resolve("none"), PictureLimits.DEFAULT, DatasetUse.NOBODY);

        assertThat(nowhere.list()).singleElement().satisfies(faces -> {
            assertThat(faces.name()).isEqualTo("faces");
            assertThat(faces.builtin()).isTrue();
            assertThat(faces.images()).isEqualTo(65_536);
            assertThat(faces.labels()).hasSize(80).allMatch(label -> label.images() > 700 && label.images() < 940);
            assertThat(faces.labels().stream().mapToLong(LabelCount::images).sum())
                    .isEqualTo(faces.images());
            assertThat(faces.created()).isNull();
        });
        assertThat(nowhere.find("faces")).isEqualTo(nowhere.list().get(0));
    }

    @Test
    void list_ofUploadedAndHandmade_isInTheOrderOfNames() throws IOException {
        upload("mine");
        write("folder/cats/1.png", PICTURE);
        write("archive.zip", zip("1.png", PICTURE, "2.png", PICTURE));
        write("junk/readme.txt", "hello".getBytes());
        write(".upload-x/1.png", PICTURE);
        write("Big/1.png", PICTURE);
        write("file.txt", PICTURE);
        write("faces/1.png", PICTURE);

        List<DatasetSummary> list = store.list();

        assertThat(list).extracting(DatasetSummary::name).containsExactly("archive", "faces", "folder", "junk", "mine");
        assertThat(list).extracting(DatasetSummary::images).containsExactly(2L, 65_536L, 1L, 0L, 1L);
        assertThat(list.get(3).problem()).isEqualTo("data set junk has no PNG, JPEG, WebP, GIF, BMP or TIFF files");
        assertThat(list.get(0).bytes()).isEqualTo(Files.size(root.resolve("archive.zip")));
        assertThat(list.get(2).bytes()).isEqualTo(PICTURE.length);
    }

    @Test
    void find_handmadeFolder_measuresHeaders() throws IOException {
        write("pets/cats/1.png", picture(30, 20, 1));
        write("pets/cats/2.png", "nonsense".getBytes());
        write("pets/dogs/1.png", picture(3, 4, 1));
        write("pets/notes.txt", new byte[7]);

        DatasetSummary found = store.find("pets");

        assertThat(found.images()).isEqualTo(3);
        assertThat(found.labels()).containsExactly(new LabelCount("cats", 2), new LabelCount("dogs", 1));
        assertThat(found.smallest()).isEqualTo(new PictureSize(3, 4));
        assertThat(found.largest()).isEqualTo(new PictureSize(30, 20));
        assertThat(found.brokenCount()).isEqualTo(1);
        assertThat(found.broken().get(0).file()).isEqualTo("cats/2.png");
        assertThat(found.created()).isNotNull();
    }

    @Test
    void find_handmadeArchiveWithLabels_countsThem() throws IOException {
        write("pets.zip", zip("1.png", PICTURE, "x/2.png", PICTURE, "labels.csv", "file,label\n1.png,a\nx/2.png,b\n"));

        assertThat(store.find("pets").labels()).containsExactly(new LabelCount("a", 1), new LabelCount("b", 1));
    }

    @Test
    void find_handmadeThatChanges_isCountedAnew() throws IOException {
        write("pets/1.png", PICTURE);
        assertThat(store.find("pets").images()).isEqualTo(1);
        assertThat(store.find("pets")).isSameAs(store.find("pets"));

        write("pets/deep/2.png", picture(9, 9, 1));
        Files.delete(root.resolve("pets/1.png"));
        write("pets/deep/3.png", picture(7, 7, 1));

        assertThat(store.find("pets").images()).isEqualTo(2);
        assertThat(store.find("pets").smallest()).isEqualTo(new PictureSize(7, 7));
    }

    @Test
    void find_uploaded_opensNoPicture() throws IOException {
        upload("mine");
        Path picture = root.resolve("mine/a.png");
        FileTime before = Files.getLastModifiedTime(root.resolve("mine"));
        Files.writeString(picture, "overwritten in place");

        assertThat(store.find("mine").smallest()).isEqualTo(new PictureSize(8, 8));
        assertThat(Files.getLastModifiedTime(root.resolve("mine"))).isEqualTo(before);
    }

    @Test
    void find_uploadedToWhichPicturesWereAdded_isCounted() throws IOException {
        upload("mine");
        write("mine/b.png", PICTURE);
        Files.setLastModifiedTime(
                root.resolve("mine"), FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(store.find("mine").images()).isEqualTo(2);
        assertThat(store.list().get(1).images()).isEqualTo(2);
    }

    /** Before, a broken picture had a name there, not a file. */
    @Test
    void find_withDatasetJsonOfAnOlderVersion_isWhatItSays() throws IOException {
        write("pets/1.png", PICTURE);
        String json =
                """
                {"format": 1, "created": "2026-01-02T03:04:05Z", "images": 5, "bytes": 7,
                 "labels": [{"name": "cats", "images": 5}], "folders": [""],
                 "smallest": {"width": 8, "height": 9}, "largest": {"width": 8, "height": 9},
                 "broken": [{"name": "x.png", "reason": "cut off"}], "broken_count": 1,
                 "ignored": ["a.txt"], "ignored_count": 1}
                """;
        write("pets/dataset.json", json.getBytes());

        DatasetSummary found = store.find("pets");

        assertThat(found.name()).isEqualTo("pets");
        assertThat(found.images()).isEqualTo(5);
        assertThat(found.created()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(found.smallest()).isEqualTo(new PictureSize(8, 9));
        assertThat(found.broken()).containsExactly(new BrokenPicture("x.png", "cut off"));
        assertThat(found.ignored()).containsExactly("a.txt");
    }

    @Test
    void find_numericClassesOfAnOlderVersion_areInTheOrderOfTraining() throws IOException {
        write("pets/1.png", PICTURE);
        String json =
                """
                {"format": 1, "created": "2026-01-02T03:04:05Z", "images": 3, "bytes": 7,
                 "labels": [{"name": "1", "images": 1}, {"name": "10", "images": 1}, {"name": "2", "images": 1}],
                 "folders": [""], "smallest": null, "largest": null,
                 "broken": [], "broken_count": 0, "ignored": [], "ignored_count": 0}
                """;
        write("pets/dataset.json", json.getBytes());

        assertThat(store.find("pets").labels())
                .containsExactly(new LabelCount("1", 1), new LabelCount("2", 1), new LabelCount("10", 1));
    }

    @Test
    void find_handmadeStyleGanFolder_hasItsLabels() throws IOException {
        write("pets/00000/1.png", PICTURE);
        write("pets/00001/2.png", PICTURE);
        write(
                "pets/dataset.json",
                "{\"labels\": [[\"00000/1.png\", 3], [\"00001/2.png\", 3], [\"00001/none.png\", 4]]}".getBytes());

        assertThat(store.find("pets").labels()).containsExactly(new LabelCount("3", 2));
    }

    @Test
    void find_withForeignDatasetJson_isCounted() throws IOException {
        write("pets/1.png", PICTURE);
        for (String json :
                new String[] {"{\"citation\": \"\"}", "no json", "{\"format\": 2}", "{\"labels\": [[\"other.png\", 0]]}"
                }) {
            write("pets/dataset.json", json.getBytes());
            assertThat(store.find("pets").images()).isEqualTo(1);
        }
    }

    @Test
    void find_unknown_isNotFound() {
        for (String name : new String[] {"none", "..", "a/b", "Cats\n"}) {
            assertThatThrownBy(() -> store.find(name)).isInstanceOf(DatasetNotFoundException.class);
        }
    }

    @Test
    void delete_folderArchiveAndLink_areGoneAndWhatALinkPointsToIsNot(@TempDir Path elsewhere) throws IOException {
        upload("mine");
        write("pets.zip", zip("1.png", PICTURE));
        write("pets/1.png", PICTURE);
        Files.write(elsewhere.resolve("1.png"), PICTURE);
        Files.createSymbolicLink(root.resolve("linked"), elsewhere);
        assertThat(store.find("linked").images()).isEqualTo(1);

        for (String name : new String[] {"mine", "pets", "linked"}) {
            store.delete(name);
            assertThatThrownBy(() -> store.delete(name)).isInstanceOf(DatasetNotFoundException.class);
        }

        assertThat(names(root)).isEmpty();
        assertThat(elsewhere.resolve("1.png")).exists();
    }

    @Test
    void delete_whatMustStay_isRefused() throws IOException {
        upload("mine");
        users = List.of("run-1", "run-2");

        assertThatThrownBy(() -> store.delete("faces")).isInstanceOf(DatasetInUseException.class);
        assertThatThrownBy(() -> store.delete("mine"))
                .isInstanceOf(DatasetInUseException.class)
                .hasMessage("the data set mine is needed by run-1, run-2");
        assertThat(names(root)).containsExactly("mine");
    }

    @Test
    void sweep_removesWhatCrashesLeftAndNothingThatIsOwnedOrMayBe() throws IOException {
        write(".upload-crashed/content/cats/1.png", PICTURE);
        write(".upload-crashed/.lock", new byte[0]);
        Staging alive = Staging.in(root, Staging.Disk.LOCAL);
        write(".upload-old/cats/1.png", PICTURE);
        write(".upload-fresh/cats/1.png", PICTURE);
        write(".upload-resting/cats/1.png", PICTURE);
        write(".trash-x/1.png", PICTURE);
        Instant now = Instant.now();
        age(".upload-old", now.minus(Duration.ofHours(2)));
        age(".upload-resting", now.minus(Duration.ofHours(2)));
        Files.setLastModifiedTime(root.resolve(".upload-resting/cats/1.png"), FileTime.from(now));

        new DatasetStore(
                        root,
                        PictureLimits.DEFAULT,
                        DatasetUse.NOBODY,
                        Clock.fixed(now, ZoneOffset.UTC),
                        Staging.Disk.LOCAL)
                .sweep();

        assertThat(names(root))
                .containsExactlyInAnyOrder(
                        ".upload-fresh",
                        ".upload-resting",
                        String.valueOf(alive.owned().content().getParent().getFileName()));
        alive.close();
        assertThat(names(root)).containsExactly(".upload-fresh", ".upload-resting");
    }

    @Test
    void preview_isTheSameUntilTheDataSetChanges() throws Exception {
        write("pets/1.png", PICTURE);
        write("pets/2.png", picture(99));
        PreviewRequest request = new PreviewRequest(4, 16, null);
        DatasetPreview before = store.preview("pets", request);
        byte[] drawn = before.png();
        DatasetPreview again = store.preview("pets", request);

        assertThat(again.fingerprint()).isEqualTo(before.fingerprint());
        assertThat(again.png()).isEqualTo(drawn);
        assertThat(store.preview("pets", new PreviewRequest(4, 17, null)).fingerprint())
                .isNotEqualTo(before.fingerprint());
        write("pets/3.png", PICTURE);
        assertThat(store.preview("pets", request).fingerprint()).isNotEqualTo(before.fingerprint());
        assertThat(store.preview("pets", request).png()).isNotEqualTo(drawn);
    }

    @Test
    void preview_withoutClasses_isASquareOfSpreadPictures() throws Exception {
        for (int i = 0; i < 10; i++) {
            write("pets/" + i + ".png", picture(i * 20));
        }
        Pixels sheet = sheet("pets", new PreviewRequest(5, 8, null));

        assertThat(sheet.width()).isEqualTo(2 + 3 * 10);
        assertThat(sheet.sample(2, 2, 0)).isEqualTo(0);
        assertThat(sheet.sample(12, 2, 0)).isEqualTo(40);
        assertThat(sheet.sample(12, 12, 0)).isEqualTo(160);
        assertThat(sheet.sample(22, 12, 0)).isEqualTo(255);
    }

    @Test
    void preview_withClasses_hasRowsForEach() throws Exception {
        for (int i = 0; i < 5; i++) {
            write("pets/cats/" + i + ".png", picture(10));
            write("pets/dogs/" + i + ".png", picture(20));
        }
        write("pets/eels/1.png", picture(30));
        Pixels sheet = sheet("pets", new PreviewRequest(16, 8, null));

        int left = sheet.width() - 4 * 10;
        assertThat(left).isGreaterThan(10);
        assertThat(sheet.height()).isEqualTo(2 + 5 * 10);
        assertThat(sheet.sample(left, 2, 0)).isEqualTo(10);
        assertThat(sheet.sample(left, 12, 0)).isEqualTo(10);
        assertThat(sheet.sample(left + 10, 12, 0)).isEqualTo(255);
        assertThat(sheet.sample(left, 22, 0)).isEqualTo(20);
        assertThat(sheet.sample(left, 42, 0)).isEqualTo(30);
    }

    @Test
    void preview_ofOneClassOrMoreClassesThanPictures_showsThem() throws Exception {
        for (int i = 0; i < 6; i++) {
            write("pets/c" + i + "/1.png", picture(10 * i));
        }
        Pixels one = sheet("pets", new PreviewRequest(9, 8, "c3"));
        assertThat(one.width()).isEqualTo(12);
        assertThat(one.sample(3, 3, 0)).isEqualTo(30);

        Pixels some = sheet("pets", new PreviewRequest(3, 8, null));
        assertThat(some.width()).isEqualTo(22);
        assertThat(some.sample(13, 3, 0)).isEqualTo(20);
        assertThatThrownBy(() -> sheet("pets", new PreviewRequest(3, 8, "dogs")))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("label is \"dogs\", must be one of c0, c1, c2, c3, c4, c5");
    }

    @Test
    void preview_ofBrokenPicture_isRed() throws Exception {
        write("pets/1.png", "nonsense".getBytes());
        Pixels sheet = sheet("pets", new PreviewRequest(1, 8, null));

        assertThat(sheet.sample(5, 5, 0)).isGreaterThan(sheet.sample(5, 5, 1) + 100);
    }

    @Test
    void preview_ofFaces_showsThem() throws Exception {
        Pixels sheet = sheet("faces", new PreviewRequest(16, 16, null));

        assertThat(sheet.height()).isEqualTo(2 + 4 * 18);
        assertThatThrownBy(() -> sheet("faces", new PreviewRequest(1, 16, "x")))
                .hasMessageContaining("must be one of black short, black bob");
    }

    @Test
    void preview_ofNothing_isRefused() throws IOException {
        write("junk/readme.txt", "no picture".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> sheet("junk", new PreviewRequest(1, 16, null)))
                .isInstanceOf(InvalidDatasetException.class);
        assertThatThrownBy(() -> sheet("none", new PreviewRequest(1, 16, null)))
                .isInstanceOf(DatasetNotFoundException.class);
        assertThatThrownBy(() -> new PreviewRequest(257, 16, null)).hasMessageContaining("n 257 must be in [1, 256]");
        assertThatThrownBy(() -> new PreviewRequest(1, 7, null)).hasMessageContaining("size 7 must be in [8, 256]");
    }

    private Pixels sheet(String name, PreviewRequest request) throws Exception {
        return ImageReading.read(store.preview(name, request).png(), 1 << 20);
    }

    private void age(String name, Instant time) throws IOException {
        try (var paths = Files.walk(root.resolve(name))) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.setLastModifiedTime(path, FileTime.from(time));
            }
        }
    }

    private void upload(String name) throws IOException {
        store.upload(name, files("a.png", PICTURE), OnBroken.FAIL);
    }

    private void write(String name, byte[] content) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.write(path, content);
    }
}
