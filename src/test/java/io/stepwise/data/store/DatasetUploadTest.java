package io.stepwise.data.store;

import static io.stepwise.upload.Uploads.arriving;
import static io.stepwise.upload.Uploads.files;
import static io.stepwise.upload.Uploads.names;
import static io.stepwise.upload.Uploads.picture;
import static io.stepwise.upload.Uploads.pictureOfSize;
import static io.stepwise.upload.Uploads.tree;
import static io.stepwise.upload.Uploads.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stepwise.data.BrokenPicture;
import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.OnBroken;
import io.stepwise.data.PictureSize;
import io.stepwise.data.store.DatasetSummary.LabelCount;
import io.stepwise.image.ImageReading;
import io.stepwise.memory.MemoryBudget;
import io.stepwise.repository.KeyReusedException;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.upload.BrokenOffException;
import io.stepwise.upload.HandmadeZip;
import io.stepwise.upload.HandmadeZip.Follows;
import io.stepwise.upload.IncomingFiles;
import io.stepwise.upload.StorageFullException;
import io.stepwise.upload.UploadBody;
import io.stepwise.upload.UploadLimits;
import io.stepwise.upload.UploadTooLargeException;
import io.stepwise.upload.Uploads;
import io.stepwise.upload.UploadsBusyException;
import io.stepwise.upload.ZipFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads, good and hostile. After every test that refuses one, nothing of it may be left. */
class DatasetUploadTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final PictureLimits LIMITS = limits(4 << 20, 50, 1 << 20, 10_000, 200, 2);
    private static final byte[] PICTURE = picture(50);

    @TempDir
    Path folder;

    @AfterEach
    void nothingIsLeftOnItsWay() throws IOException {
        if (Files.isDirectory(root())) {
            assertThat(names(root())).noneMatch(name -> name.startsWith("."));
        }
    }

    @Test
    void upload_classFolders_isWhatTrainingSees() throws IOException {
        byte[] cat = picture(10);
        DatasetSummary summary = upload(zip(
                "set/", "", "set/dogs/1.png", picture(16, 5, 20), "set/cats/1.png", cat, "set/cats/2.png", PICTURE));

        assertThat(summary.images()).isEqualTo(3);
        assertThat(summary.labels()).containsExactly(new LabelCount("cats", 2), new LabelCount("dogs", 1));
        assertThat(summary.created()).isEqualTo(NOW);
        assertThat(summary.smallest()).isEqualTo(new PictureSize(8, 8));
        assertThat(summary.largest()).isEqualTo(new PictureSize(16, 5));
        assertThat(summary.bytes()).isEqualTo(cat.length + PICTURE.length + picture(16, 5, 20).length);
        assertThat(tree(root().resolve("pets")))
                .containsExactly("dataset.json", "set/cats/1.png", "set/cats/2.png", "set/dogs/1.png");
        assertThat(Files.readAllBytes(root().resolve("pets/set/cats/1.png"))).isEqualTo(cat);
        try (ImageDataset dataset = new Datasets(root(), 0).open(new DatasetSpec("pets", 8, 8, 3))) {
            assertThat(dataset.labels()).containsExactly("cats", "dogs");
            assertThat(dataset.size()).isEqualTo(3);
            assertThat(dataset.get(0).label()).isZero();
        }
    }

    @Test
    void upload_withLabelsFile_isWhatTrainingSees() throws IOException {
        DatasetSummary summary = upload(zip(
                "set/labels.csv",
                "\uFEFFfile,label\r\ncats/1.png,\"striped, grey\"\r\n\"dogs/1.png\",\"a \"\"dog\"\"\"\r\n",
                "set/cats/1.png",
                PICTURE,
                "set/dogs/1.png",
                PICTURE));

        assertThat(summary.labels())
                .containsExactly(new LabelCount("a \"dog\"", 1), new LabelCount("striped, grey", 1));
        try (ImageDataset dataset = new Datasets(root(), 0).open(new DatasetSpec("pets", 8, 8, 3))) {
            assertThat(dataset.labels()).containsExactly("a \"dog\"", "striped, grey");
            assertThat(dataset.label(0)).isEqualTo(1);
        }
    }

    @Test
    void upload_noise_isPassedOverAndReported() throws IOException {
        DatasetSummary summary = upload(zip(
                "__MACOSX/._a.png",
                "x",
                ".DS_Store",
                "x",
                "a.png",
                PICTURE,
                "./b.PNG",
                PICTURE,
                "README.md",
                "hello",
                "dataset.json",
                "{}"));

        assertThat(summary.images()).isEqualTo(2);
        assertThat(summary.ignored()).containsExactly("README.md", "dataset.json");
        assertThat(summary.ignoredCount()).isEqualTo(2);
        assertThat(tree(root().resolve("pets"))).containsExactly("a.png", "b.PNG", "dataset.json");
    }

    /** As Finder packs: UTF-8 without its flag, accents decomposed, sizes behind the content, and files of its own. */
    @Test
    void upload_finderArchive_hasComposedNamesAndNothingOfFinders() throws IOException {
        DatasetSummary summary = upload(HandmadeZip.of(
                HandmadeZip.entry("Tiere/", "").mode(0040755),
                HandmadeZip.entry("Tiere/.DS_Store", "Bud1").deflated().follows(Follows.SIGNED),
                HandmadeZip.entry("Tiere/Icon\r", "x"),
                HandmadeZip.entry("__MACOSX/", "").mode(0040755),
                HandmadeZip.entry("Tiere/Ka\u0308tzchen/", "").mode(0040755),
                HandmadeZip.entry("Tiere/Ka\u0308tzchen/Bild 1.png", PICTURE)
                        .deflated()
                        .follows(Follows.SIGNED)
                        .mode(0100644),
                HandmadeZip.entry("__MACOSX/Tiere/Ka\u0308tzchen/._Bild 1.png", "x")
                        .deflated()
                        .follows(Follows.SIGNED)
                        .mode(0100644),
                HandmadeZip.entry("Tiere/Hunde/Bild 1.png", PICTURE)));

        assertThat(summary.labels()).containsExactly(new LabelCount("Hunde", 1), new LabelCount("Kätzchen", 1));
        assertThat(summary.ignored()).isEmpty();
        assertThat(tree(root().resolve("pets")))
                .containsExactly("Tiere/Hunde/Bild 1.png", "Tiere/Kätzchen/Bild 1.png", "dataset.json");
    }

    @Test
    void upload_brokenPictures_failNamingThemAll() {
        BrokenPicturesException failure = catchThrowableOfType(
                BrokenPicturesException.class,
                () -> upload(zip(
                        "a.png",
                        PICTURE,
                        "broken.png",
                        "no picture",
                        "cut.png",
                        Arrays.copyOf(picture(64, 64, 3), 60),
                        "huge.png",
                        pictureOfSize(10_000, 10_000),
                        "heavy.bmp",
                        new byte[(1 << 20) + 1],
                        "modern.avif",
                        "ftypavif")));

        assertThat(failure).hasMessage("5 of 6 pictures can't be read");
        assertThat(failure.named())
                .extracting(BrokenPicture::file)
                .containsExactly("broken.png", "cut.png", "huge.png", "heavy.bmp", "modern.avif");
        assertThat(failure.named().get(2).reason())
                .contains("10000x10000 pixels is too large, must have at most 10000");
        assertThat(failure.named().get(3).reason()).isEqualTo("the file has more than 1048576 bytes");
        assertThat(failure.named().get(4).reason()).startsWith("not a PNG, JPEG");
        assertGone();
    }

    @Test
    void upload_brokenPicturesToSkip_areLeftOutAndRemembered() throws IOException {
        upload(files("cats/a.png", PICTURE, "cats/b.png", "no picture", "dogs/c.png", PICTURE), OnBroken.SKIP);

        DatasetSummary found = store().find("pets");
        assertThat(found.images()).isEqualTo(2);
        assertThat(found.brokenCount()).isEqualTo(1);
        assertThat(found.broken().get(0).file()).isEqualTo("cats/b.png");
        assertThat(tree(root().resolve("pets"))).containsExactly("cats/a.png", "dataset.json", "dogs/c.png");
    }

    @Test
    void upload_moreBrokenThanAreNamed_countsThemAll() throws IOException {
        PictureLimits many = limits(4 << 20, 500, 1 << 20, 10_000, 200, 2);
        Object[] all = IntStream.range(0, 300)
                .boxed()
                .flatMap(i -> Stream.of(i + ".png", "x"))
                .toArray();

        BrokenPicturesException failure = catchThrowableOfType(
                BrokenPicturesException.class, () -> store(many).upload("pets", files(all), OnBroken.SKIP));

        assertThat(failure).hasMessage("300 of 300 pictures can't be read; the first 100 are named");
        assertThat(failure.named()).hasSize(100);
    }

    @Test
    void upload_picturesOfAnyName_areKnownByTheirContent() throws IOException {
        DatasetSummary summary = upload(
                zip("cats/a.jfif", PICTURE, "cats/b", PICTURE, "dogs/c.jpe", PICTURE, "dogs/notes.txt", "no picture"));

        assertThat(summary.labels()).containsExactly(new LabelCount("cats", 2), new LabelCount("dogs", 1));
        assertThat(store().find("pets").images()).isEqualTo(3);
    }

    @Test
    void upload_skippingWithLabelsFile_dropsTheirLines() throws IOException {
        DatasetSummary summary = upload(
                files(
                        "labels.csv",
                        "file,label\n1.png,a\n2.webp,b\n3.png,b\n\"4,5.png\",a\n",
                        "1.png",
                        PICTURE,
                        "2.webp",
                        "x",
                        "3.png",
                        PICTURE,
                        "4,5.png",
                        "x"),
                OnBroken.SKIP);

        assertThat(summary.labels()).containsExactly(new LabelCount("a", 1), new LabelCount("b", 1));
        assertThat(Files.readString(root().resolve("pets/labels.csv"))).isEqualTo("file,label\n1.png,a\n3.png,b\n");
    }

    @Test
    void upload_skippingAllOfAClass_isRefused() {
        assertThatThrownBy(() -> upload(files("cats/1.png", PICTURE, "dogs/1.png", "x"), OnBroken.SKIP))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("classes of which no picture can be read: dogs");
        assertThatThrownBy(() -> upload(
                        files("labels.csv", "file,label\n1.png,a\n2.png,b\n", "1.png", PICTURE, "2.png", "x"),
                        OnBroken.SKIP))
                .hasMessageContaining("no picture can be read: b");
        assertGone();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.png",
                "a/../../evil.png",
                "/etc/evil.png",
                "C:/evil.png",
                "a\\..\\evil.png",
                "a\\evil.png",
                "nul\0.png",
                "../evil/",
                "/",
                "..",
                "bell\u0007.png",
                "new\nline.png",
                "./.",
                "nested.zip",
                "a/b.tar.gz"
            })
    void upload_hostileName_isRefused(String name) throws IOException {
        assertThatThrownBy(() -> upload(zip("fine.png", PICTURE, name, name.endsWith("/") ? "" : PICTURE)))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageStartingWith("the upload is refused: ")
                .hasMessageMatching("[^\\p{Cntrl}]*");
        assertGone();
        assertThat(tree(folder)).isEmpty();
    }

    @Test
    void upload_nameTooLong_isRefused() {
        for (String name : new String[] {"a".repeat(252) + ".png", "a/".repeat(600) + "1.png"}) {
            assertThatThrownBy(() -> upload(files(name, PICTURE)))
                    .isInstanceOf(InvalidDatasetException.class)
                    .hasMessageContaining("must have 1 … 1024 bytes, 255 between slashes");
        }
        assertGone();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            a/1.png    | a/1.png     | it holds a/1.png twice
            a/1.png    | a/./1.png   | it holds a/1.png twice
            a/1.png    | A/2.png     | the names "a" and "A" differ only in case
            a/x.png    | a/X.PNG     | differ only in case
            ä.png      | a\u0308.png | it holds ä.png twice
            a.png      | a.png/b.png | it holds a.png as a folder and as a file
            a.png/b.png | a.png      | it holds a.png as a folder and as a file
            """)
    void upload_collidingNames_isRefused(String one, String other, String message) {
        assertThatThrownBy(() -> upload(files(one, PICTURE, other, PICTURE)))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining(message);
        assertGone();
    }

    @Test
    void upload_linkInTheArchive_isRefused() {
        byte[] archive = HandmadeZip.of(
                HandmadeZip.entry("a.png", PICTURE),
                HandmadeZip.entry("b.png", "/etc/passwd").mode(0120777));

        assertThatThrownBy(() -> upload(arriving(archive, folder, LIMITS.upload()), OnBroken.SKIP))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("b.png is a link");
        assertGone();
    }

    @Test
    void upload_bombWithLyingHeader_isRefused() {
        byte[] archive = HandmadeZip.of(
                HandmadeZip.entry("a.png", PICTURE),
                HandmadeZip.entry("b.txt", new byte[3 << 20]).deflated().unpackedSize(100));

        assertThatThrownBy(() -> upload(archive))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("b.txt: it unpacks to more than 200 times its size");
        assertGone();
    }

    @Test
    void upload_unpackingToTooMuch_isRefused() {
        HandmadeZip.Entry[] entries = IntStream.range(0, 5)
                .mapToObj(i -> HandmadeZip.entry(i + ".txt", new byte[1 << 20]).deflated())
                .toArray(HandmadeZip.Entry[]::new);

        assertThatThrownBy(() -> upload(HandmadeZip.of(entries)))
                .isInstanceOf(UploadTooLargeException.class)
                .hasMessage("the upload must unpack to at most 4194304 bytes");
        assertGone();
    }

    @Test
    void upload_bodyTooLarge_isRefused() {
        assertThatThrownBy(() -> upload(zip("a.bmp", new byte[1 << 20], "rest.txt", new byte[4 << 20])))
                .isInstanceOf(UploadTooLargeException.class)
                .hasMessage("the upload must have at most 4194304 bytes");
        assertGone();
    }

    @Test
    void upload_tooManyFiles_isRefused() {
        Object[] all = IntStream.range(0, 51)
                .boxed()
                .flatMap(i -> Stream.of(i + ".txt", "x"))
                .toArray();

        assertThatThrownBy(() -> upload(files(all)))
                .isInstanceOf(UploadTooLargeException.class)
                .hasMessage("the upload must have at most 50 files");
        assertGone();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            file;label\\n1.png;a\\n              | labels.csv: the first line is "file;label", must be "file,label"
            ``                                   | the first line is "", must be "file,label"
            file,label\\n1.png,a\\n              | labels.csv has no line for 2.png
            file,label\\n1.png,a\\n2.png,a\\n3.png,a\\n | labels.csv names 3.png, which is not there
            file,label\\n1.png,a\\n1.png,b\\n    | line 3: the file 1.png is named twice
            file,label\\n1.png,a,b\\n            | line 2: 3 fields, must be 2
            file,label\\n1.png\\n                | line 2: 1 fields, must be 2
            file,label\\n1.png,\\n               | line 2: the label "" must have
            file,label\\n1.png, a\\n             | line 2: the label " a" must have
            file,label\\n"1.png,a\\n             | labels.csv: Unclosed quoted field at end of input (record starting at line 2)
            file,label\\n"1.png"x,a\\n           | labels.csv: Unexpected character after closing quote: 'x' (0x78) (record starting at line 2)
            file,label\\n1"png,a\\n              | names 1"png, which is not there
            """)
    void upload_faultyLabelsFile_isRefusedNamingTheLine(String csv, String message) {
        assertThatThrownBy(
                        () -> upload(files("1.png", PICTURE, "2.png", PICTURE, "labels.csv", csv.translateEscapes())))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining(message);
        assertGone();
    }

    @Test
    void upload_labelsFileInTheWrongPlaceOrTwice_isRefused() {
        assertThatThrownBy(() ->
                        upload(files("a/1.png", PICTURE, "b/1.png", PICTURE, "a/labels.csv", "file,label\n1.png,x\n")))
                .hasMessageContaining("the upload has a/labels.csv; there must be one labels.csv, beside all pictures");
        assertThatThrownBy(() ->
                        upload(files("a/1.png", PICTURE, "labels.csv", "file,label\n", "a/labels.csv", "file,label\n")))
                .hasMessageContaining("the upload has labels.csv and a/labels.csv; there must be one");
        assertThatThrownBy(() -> upload(files("1.png", PICTURE, "labels.csv", new byte[] {-1, -2})))
                .hasMessageContaining("labels.csv must be in UTF-8");
        assertGone();
    }

    /** As StyleGAN's and EDM's dataset_tool.py writes: the folders are shards of a thousand pictures. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"labels\": [[\"00000/a.png\", 1], [\"00000/b.png\", 0], [\"00001/c.png\", 10]]}",
                "{\"labels\": {\"00000/a.png\": 1, \"00000/b.png\": 0, \"00001/c.png\": 10}}"
            })
    void upload_styleGanArchive_hasItsLabels(String json) throws IOException {
        DatasetSummary summary = upload(
                zip("00000/a.png", PICTURE, "00000/b.png", PICTURE, "00001/c.png", PICTURE, "dataset.json", json));

        assertThat(summary.labels())
                .containsExactly(new LabelCount("0", 1), new LabelCount("1", 1), new LabelCount("10", 1));
        assertThat(summary.ignored()).isEmpty();
        assertThat(Files.readString(root().resolve("pets/labels.csv")))
                .isEqualTo("file,label\n00000/a.png,1\n00000/b.png,0\n00001/c.png,10\n");
        try (ImageDataset dataset = new Datasets(root(), 0).open(new DatasetSpec("pets", 8, 8, 3))) {
            assertThat(dataset.labels()).containsExactly("0", "1", "10");
            assertThat(dataset.label(0)).isEqualTo(1);
        }
    }

    /** A part of a data set with the list of the whole. */
    @Test
    void upload_listOfMorePicturesThanThereAre_isThatOfThesePictures() throws IOException {
        String json =
                "{\"labels\": [[\"00000/a.png\", 1], [\"00000/b.png\", 1], [\"00000/c.png\", 0], [\"00001/d.png\", 10]]}";
        DatasetSummary summary = upload(
                files(
                        "00000/a.png",
                        PICTURE,
                        "00000/b.png",
                        "no picture",
                        "00000/c.png",
                        PICTURE,
                        "dataset.json",
                        json),
                OnBroken.SKIP);

        assertThat(summary.labels()).containsExactly(new LabelCount("0", 1), new LabelCount("1", 1));
        assertThat(Files.readString(root().resolve("pets/labels.csv")))
                .isEqualTo("file,label\n00000/a.png,1\n00000/c.png,0\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            metadata.csv   | file_name,label\\na.png,cat\\nb.png,dog\\n
            metadata.jsonl | {"file_name": "a.png", "label": "cat"}\\n{"file_name": "b.png", "label": "dog"}\\n
            """)
    void upload_imagefolder_hasItsLabels(String name, String content) throws IOException {
        DatasetSummary summary = upload(files("a.png", PICTURE, "b.png", PICTURE, name, content.translateEscapes()));

        assertThat(summary.labels()).containsExactly(new LabelCount("cat", 1), new LabelCount("dog", 1));
        assertThat(tree(root().resolve("pets"))).containsExactly("a.png", "b.png", "dataset.json", "labels.csv");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            dataset.json     | {"labels": null}                           | dataset.json has no labels, but the pictures are in several folders
            dataset.json     | {"labels": [["a/1.png", [0, 1]]]}          | the label of a/1.png is [0,1], must be a text or an integer
            dataset.json     | {"labels": ["cat", "dog"]}                 | labels has "cat", must have pairs
            dataset.json     | {"labels": [["a/1.png", 0]]}               | dataset.json has no line for b/2.png
            metadata.csv     | file_name,text                             | the first line is "file_name,text", must be "file_name,label"
            metadata.jsonl   | {"file_name": "a/1.png", "text": "a cat"}  | must have file_name and label, and nothing else
            metadata.jsonl   | {"file_name"                               | metadata.jsonl: Unexpected end-of-input
            annotations.json | {}                                         | the upload has annotations.json, whose labels would get lost
            train/_annotations.coco.json | {}                             | train/_annotations.coco.json, whose labels would get lost
            Labels.csv       | file,label                                 | the upload has Labels.csv, whose labels would get lost
            train.csv        | a,b                                        | the upload has train.csv, whose labels would get lost
            list_attr_celeba.txt | 2                                      | list_attr_celeba.txt, whose labels would get lost
            data.parquet     | PAR1                                       | the upload has data.parquet, whose labels would get lost
            """)
    void upload_labelsOfAnotherForm_isRefused(String name, String content, String message) {
        assertThatThrownBy(() -> upload(files("a/1.png", PICTURE, "b/2.png", PICTURE, name, content)))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining(message);
        assertGone();
    }

    /** Two uploads of two kilobytes could take a gigabyte. */
    @Test
    void upload_pictureThatTakesTooMuchMemory_isBroken() {
        ImageReading.shareMemory(new MemoryBudget(1_000));
        try {
            assertThatThrownBy(() -> upload(files("a.png", picture(90, 90, 1))))
                    .isInstanceOfSatisfying(BrokenPicturesException.class, broken -> assertThat(
                                    broken.named().get(0).reason())
                            .startsWith("it takes too much memory: the request needs 7"));
        } finally {
            ImageReading.shareMemory(new MemoryBudget(Long.MAX_VALUE));
        }
        assertGone();
    }

    @Test
    void upload_partsOfADataSet_areNoClasses() throws IOException {
        assertThatThrownBy(() -> upload(files("set/Train/cats/1.png", PICTURE, "set/test/cats/2.png", PICTURE)))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("the upload has the folders Train, test, which are parts of a data set");
        assertGone();

        DatasetSummary one = upload(files("train/cats/1.png", PICTURE, "train/dogs/2.png", PICTURE));
        assertThat(one.labels()).containsExactly(new LabelCount("cats", 1), new LabelCount("dogs", 1));
    }

    /** An upload that was copied out of the folder of all data sets. */
    @Test
    void upload_ofAnUpload_isTheSame() throws IOException {
        DatasetSummary first = upload(files("cats/1.png", PICTURE, "dogs/2.png", PICTURE));
        byte[] file = Files.readAllBytes(root().resolve("pets/dataset.json"));
        store().delete("pets");

        DatasetSummary second = upload(files("cats/1.png", PICTURE, "dogs/2.png", PICTURE, "dataset.json", file));

        assertThat(second.labels()).isEqualTo(first.labels());
        assertThat(second.ignored()).containsExactly("dataset.json");
    }

    /** macOS decomposes accents in the names of files; people don't. */
    @Test
    void upload_accentsEncodedDifferently_areTheSameName() throws IOException {
        DatasetSummary summary =
                upload(files("mu\u0308de.png", PICTURE, "labels.csv", "file,label\nm\u00fcde.png,cafe\u0301\n"));

        assertThat(summary.labels()).containsExactly(new LabelCount("caf\u00e9", 1));
    }

    @Test
    void upload_strayPicture_isRefused() {
        assertThatThrownBy(() -> upload(files("a/1.png", PICTURE, "b/1.png", PICTURE, "c.png", PICTURE)))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("the upload has pictures in class folders, but c.png lies beside them");
        assertGone();
    }

    @Test
    void upload_withoutPictures_isRefused() {
        assertThatThrownBy(() -> upload(zip())).hasMessage("the upload has no PNG, JPEG, WebP, GIF, BMP or TIFF files");
        assertThatThrownBy(() -> upload(zip("a.txt", "x", "b.txt", "x")))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessage(
                        "the upload has no PNG, JPEG, WebP, GIF, BMP or TIFF files; of other kinds there are 2, such as a.txt");
        assertGone();
    }

    @Test
    void upload_cutOffArchive_isRefused() {
        byte[] archive = zip("a.png", PICTURE, "b.png", PICTURE);
        byte[] betweenTheTwo = Arrays.copyOf(archive, 30 + 5 + PICTURE.length);

        assertThatThrownBy(() -> upload(betweenTheTwo))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("cut off");
        assertGone();
    }

    @Test
    void upload_whoseSenderLeaves_leavesNothing() {
        byte[] archive = zip("a.png", PICTURE, "b.png", PICTURE);
        byte[] half = Arrays.copyOf(archive, archive.length / 2);
        IncomingFiles files =
                ZipFiles.arriving(new UploadBody(Uploads.broken(half), 1 << 20, Uploads.PACE), folder, LIMITS.upload());

        assertThatThrownBy(() -> upload(files, OnBroken.FAIL)).isInstanceOf(BrokenOffException.class);
        assertGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Disk quota exceeded"})
    void upload_whenTheDiskIsFull_leavesNothing(String words) {
        DatasetStore store = new DatasetStore(root(), LIMITS, DatasetUse.NOBODY, clock(), (file, bytes) -> {
            if (file.endsWith("b.png")) {
                Files.write(file, new byte[3]);
                throw new IOException(words);
            }
            Files.write(file, bytes);
        });

        assertThatThrownBy(() -> store.upload("pets", files("a.png", PICTURE, "b.png", PICTURE), OnBroken.FAIL))
                .isInstanceOf(StorageFullException.class)
                .hasMessage("there is no room left for the upload");
        assertGone();
    }

    @Test
    void upload_whenTheDiskFailsOtherwise_leavesNothing() {
        DatasetStore store = new DatasetStore(root(), LIMITS, DatasetUse.NOBODY, clock(), (file, bytes) -> {
            throw new IOException("Input/output error");
        });

        assertThatThrownBy(() -> store.upload("pets", files("a.png", PICTURE), OnBroken.FAIL))
                .isExactlyInstanceOf(IOException.class);
        assertGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a..b", "Cats", "a/b", ".x", "pets.zip"})
    void upload_badName_isRefused(String name) {
        assertThatThrownBy(() -> store().upload(name, files("a.png", PICTURE), OnBroken.FAIL))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("name is \"" + name + "\", must be 1 … 64 lower-case letters");
    }

    @Test
    void upload_nameTaken_isRefusedBeforeAnythingIsRead() throws IOException {
        IncomingFiles untouched = () -> {
            throw new AssertionError("read");
        };
        upload(files("a.png", PICTURE));
        Files.write(root().resolve("dogs.zip"), zip("a.png", PICTURE));
        Files.createDirectory(root().resolve("empty"));

        for (String name : new String[] {"pets", "dogs", "empty", "faces"}) {
            assertThatThrownBy(() -> store().upload(name, untouched, OnBroken.FAIL))
                    .isInstanceOf(DatasetExistsException.class)
                    .hasMessageContaining("data set " + name);
        }
    }

    @Test
    void upload_twoOfOneName_oneWins() throws Exception {
        DatasetStore store = store();
        BlockingQueue<String> reading = new ArrayBlockingQueue<>(1);
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        IncomingFiles first = files("a.png", PICTURE);
        CompletableFuture<DatasetSummary> slow = CompletableFuture.supplyAsync(() -> {
            try {
                return store.upload(
                        "pets",
                        () -> {
                            reading.offer("now");
                            goOn.join();
                            return first.next();
                        },
                        OnBroken.FAIL);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(reading.poll(20, TimeUnit.SECONDS)).isEqualTo("now");

        assertThatThrownBy(() -> store.upload("pets", files("b.png", PICTURE), OnBroken.FAIL))
                .isInstanceOf(DatasetExistsException.class)
                .hasMessageContaining("is being uploaded already");
        assertThat(store.upload("others", files("b.png", PICTURE), OnBroken.FAIL)
                        .images())
                .isEqualTo(1);
        goOn.complete(null);

        assertThat(slow.get(20, TimeUnit.SECONDS).images()).isEqualTo(1);
        assertThat(tree(root().resolve("pets"))).containsExactly("a.png", "dataset.json");
    }

    /** Two processes know nothing of each other: the rename decides. */
    @Test
    void upload_whenAnotherProcessWasFaster_isRefused() throws IOException {
        IncomingFiles own = files("a.png", PICTURE);
        IncomingFiles files = () -> {
            IncomingFiles.File next = own.next();
            if (next == null) {
                store().upload("pets", files("theirs.png", PICTURE), OnBroken.FAIL);
            }
            return next;
        };

        assertThatThrownBy(() -> store().upload("pets", files, OnBroken.FAIL))
                .isInstanceOf(DatasetExistsException.class);
        assertThat(tree(root().resolve("pets"))).containsExactly("dataset.json", "theirs.png");
    }

    @Test
    void upload_sameKeyAndFilesAgain_isTheDataSetThatIsThere() throws IOException {
        DatasetStore.Uploaded first = store().upload("pets", files("a.png", PICTURE), OnBroken.FAIL, "key");
        DatasetStore.Uploaded again = store().upload("pets", files("a.png", PICTURE), OnBroken.FAIL, "key");

        assertThat(first.isReplay()).isFalse();
        assertThat(again).isEqualTo(new DatasetStore.Uploaded(first.dataset(), true));
        assertThat(names(root())).containsExactly("pets");
    }

    @Test
    void upload_sameKeyOtherFiles_isRefused() throws IOException {
        store().upload("pets", files("a.png", PICTURE), OnBroken.FAIL, "key");

        assertThatThrownBy(() -> store().upload("pets", files("a.png", picture(51)), OnBroken.FAIL, "key"))
                .isInstanceOf(KeyReusedException.class);
        assertThatThrownBy(() -> store().upload("pets", files("b.png", PICTURE), OnBroken.FAIL, "key"))
                .isInstanceOf(KeyReusedException.class);
        assertThatThrownBy(() -> store().upload("pets", files("a.png", PICTURE), OnBroken.SKIP, "key"))
                .isInstanceOf(KeyReusedException.class);
        for (String other : new String[] {null, "other"}) {
            assertThatThrownBy(() -> store().upload("pets", files("a.png", PICTURE), OnBroken.FAIL, other))
                    .isInstanceOf(DatasetExistsException.class);
        }
    }

    @Test
    void upload_keyOfADataSetThatWasDeleted_isNew() throws IOException {
        store().upload("pets", files("a.png", PICTURE), OnBroken.FAIL, "key");
        store().delete("pets");

        assertThat(store().upload("pets", files("b.png", PICTURE), OnBroken.FAIL, "key")
                        .isReplay())
                .isFalse();
    }

    /** In one process, and in two that know nothing of each other. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void upload_sameAgainWhileItIsOnItsWay_isOneDataSet(boolean oneProcess) throws IOException {
        DatasetStore store = store();
        DatasetStore another = oneProcess ? store : store();
        IncomingFiles own = files("a.png", PICTURE);
        IncomingFiles slow = () -> {
            IncomingFiles.File next = own.next();
            if (next == null) {
                assertThat(another.upload("pets", files("a.png", PICTURE), OnBroken.FAIL, "key")
                                .isReplay())
                        .isFalse();
            }
            return next;
        };

        assertThat(store.upload("pets", slow, OnBroken.FAIL, "key").isReplay()).isTrue();
        assertThat(names(root())).containsExactly("pets");
        assertThat(tree(root().resolve("pets"))).containsExactly(".request.json", "a.png", "dataset.json");
    }

    @Test
    void upload_replayThatUnpacksToTooMuch_isRefused() throws IOException {
        PictureLimits small = limits(100_000, 5, 90_000, 10_000, 200, 1);
        store(small).upload("pets", files("a.png", PICTURE), OnBroken.FAIL, "key");

        assertThatThrownBy(() -> store(small).upload("pets", files("x.txt", "x".repeat(200_000)), OnBroken.FAIL, "key"))
                .isInstanceOf(UploadTooLargeException.class);
    }

    @Test
    void commit_ontoDataSet_isRefused() throws IOException {
        upload(files("a.png", PICTURE));
        Staging staging = Staging.in(root(), Staging.Disk.LOCAL);
        staging.write("b.png", PICTURE);

        assertThatThrownBy(() -> staging.commit("pets")).isInstanceOf(DatasetExistsException.class);

        staging.close();
        assertThat(tree(root().resolve("pets"))).containsExactly("a.png", "dataset.json");
    }

    @Test
    void upload_moreThanAllowedAtOnce_isToldToComeAgain() throws IOException {
        DatasetStore store = store(limits(1 << 20, 5, 1 << 20, 10_000, 200, 1));
        IncomingFiles own = files("a.png", PICTURE);
        IncomingFiles files = () -> {
            assertThatThrownBy(() -> store.upload("others", files("b.png", PICTURE), OnBroken.FAIL))
                    .isInstanceOf(UploadsBusyException.class)
                    .hasMessageContaining("1 upload is going on already");
            return own.next();
        };

        assertThat(store.upload("pets", files, OnBroken.FAIL).images()).isEqualTo(1);
        assertThat(store.upload("others", files("b.png", PICTURE), OnBroken.FAIL)
                        .images())
                .isEqualTo(1);
    }

    @Test
    void limits_outOfRange_areRefused() {
        assertThatThrownBy(() -> limits(0, 1, 1, 1, 1, 1)).hasMessageContaining("maxBytes 0 must be in [1,");
        assertThatThrownBy(() -> limits(1, 1, 1 << 30, 1, 1, 1)).hasMessageContaining("maxPictureBytes");
        assertThatThrownBy(() -> limits(1, 1, 1, 1L << 40, 1, 1)).hasMessageContaining("maxPixels");
        assertThat(PictureLimits.DEFAULT.upload().maxBytes()).isEqualTo(8L << 30);
    }

    private static PictureLimits limits(
            long maxBytes, int maxFiles, int maxPictureBytes, long maxPixels, int maxRatio, int concurrency) {
        return new PictureLimits(
                new UploadLimits(maxBytes, maxFiles, maxRatio, concurrency), maxPictureBytes, maxPixels);
    }

    private void assertGone() {
        assertThat(root().resolve("pets")).doesNotExist();
    }

    private Path root() {
        return folder.resolve("datasets");
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    private DatasetStore store() {
        return store(LIMITS);
    }

    private DatasetStore store(PictureLimits limits) {
        return new DatasetStore(root(), limits, DatasetUse.NOBODY, clock(), Staging.Disk.LOCAL);
    }

    private DatasetSummary upload(byte[] archive) throws IOException {
        return upload(arriving(archive, folder, LIMITS.upload()), OnBroken.FAIL);
    }

    private DatasetSummary upload(IncomingFiles files) throws IOException {
        return upload(files, OnBroken.FAIL);
    }

    private DatasetSummary upload(IncomingFiles files, OnBroken onBroken) throws IOException {
        return store().upload("pets", files, onBroken);
    }
}
