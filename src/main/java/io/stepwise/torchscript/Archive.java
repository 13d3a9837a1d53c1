package io.stepwise.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive that holds one module without parameters and the methods given as text.
 *
 * <p>The format is PyTorch's {@code caffe2/serialize} container: a zip whose entries are stored, with the pickled module
 * object in {@code data.pkl}, its class in {@code code/__torch__.py} and an empty constant table. Entry times are zero,
 * so that the same text always gives the same bytes.
 */
final class Archive {
    private static final String HEADER =
            "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";

    private Archive() {}

    /** The archive of a module {@code M} with {@code methods}, each indented by two spaces. */
    static byte[] of(String methods) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "m/data.pkl", moduleObject());
            put(zip, "m/code/__torch__.py", (HEADER + methods).getBytes(StandardCharsets.UTF_8));
            put(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            put(zip, "m/version", ascii("3\n"));
            put(zip, "m/byteorder", ascii("little"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Pickle protocol 2 of {@code __torch__.M} built from the state {@code {"training": True}}. */
    private static byte[] moduleObject() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2}); // PROTO 2
        pickle.write(ascii("c__torch__\nM\nq\0)")); // GLOBAL, BINPUT 0, EMPTY_TUPLE
        pickle.write(0x81); // NEWOBJ
        pickle.write(ascii("}(X")); // EMPTY_DICT, MARK, BINUNICODE
        pickle.write(new byte[] {8, 0, 0, 0}); // its length, little endian
        pickle.write(ascii("training"));
        pickle.write(0x88); // NEWTRUE
        pickle.write(ascii("ub.")); // SETITEMS, BUILD, STOP
        return pickle.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
