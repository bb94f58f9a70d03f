use proptest::prelude::*;

use super::*;

fn end_of(bytes: &[u8]) -> Result<Option<usize>, BodyError> {
    let mut chunks = Chunks::new(1_000_000);
    let own = chunks.feed(bytes)?;
    Ok(chunks.is_done().then_some(own))
}

#[test]
fn the_end_is_where_the_last_chunk_says() {
    for body in [
        "0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "00005 ;x=\"y\"\r\nhello\r\n000\r\nX: y\r\nY: \r\n\r\n",
        "A\r\n0123456789\r\n0;x\r\n\r\n",
    ] {
        assert_eq!(end_of(body.as_bytes()), Ok(Some(body.len())), "{body:?}");
        assert_eq!(end_of(format!("{body}0\r\n\r\n").as_bytes()), Ok(Some(body.len())), "{body:?}");
        for end in 0..body.len() {
            assert_eq!(end_of(&body.as_bytes()[..end]), Ok(None), "{body:?} {end}");
        }
    }
}

#[test]
fn more_data_than_allowed_is_known_when_announced() {
    let mut chunks = Chunks::new(8);
    assert_eq!(chunks.feed(b"8\r\n"), Ok(3));
    assert_eq!(Chunks::new(8).feed(b"9\r\n"), Err(BodyError::TooLarge));
    assert_eq!(Chunks::new(8).feed(b"5\r\nhello\r\n4\r\n"), Err(BodyError::TooLarge));
    assert_eq!(Chunks::new(8).feed(b"ffffffffffffffffffff\r\n"), Err(BodyError::TooLarge));
    assert_eq!(Chunks::new(u64::MAX).feed(b"10000000000000000000\r\n").unwrap_err(), BodyError::TooLarge);
}

#[test]
fn what_is_not_the_grammar_is_malformed() {
    for body in [
        "\r\n",
        "x",
        " 5\r\n",
        "5\n",
        "5\rx",
        "5 5\r\n",
        "5;x\ny\r\n",
        "1\r\nxx",
        "1\r\nx\n",
        "0\r\nX: y\rz",
        "0\r\n\rx",
        "+5\r\n",
    ] {
        assert_eq!(end_of(body.as_bytes()), Err(BodyError::Malformed), "{body:?}");
    }
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let chunk = (prop::collection::vec(any::<u8>(), 1..40), "(;[a-z=\" ]{0,5})?").prop_map(|(data, extension)| {
        [format!("{:x}{extension}\r\n", data.len()).into_bytes(), data, b"\r\n".to_vec()].concat()
    });
    (prop::collection::vec(chunk, 0..5), "(X[a-z]{0,3}: [a-z]{0,5}\r\n){0,3}")
        .prop_map(|(chunks, trailers)| [chunks.concat(), format!("0\r\n{trailers}\r\n").into_bytes()].concat())
}

proptest! {
    #[test]
    fn pieces_make_no_difference(body in bodies(), next in prop::collection::vec(any::<u8>(), 0..9), size in 1_usize..20) {
        let all = [body.clone(), next].concat();
        let mut chunks = Chunks::new(1_000_000);
        let mut own = 0;
        for piece in all.chunks(size) {
            own += chunks.feed(piece).unwrap();
            if chunks.is_done() {
                break;
            }
        }
        prop_assert_eq!(own, body.len());
    }

    #[test]
    fn nothing_goes_beyond_what_is_there(bytes in prop::collection::vec(any::<u8>(), 0..50)) {
        if let Ok(own) = Chunks::new(100).feed(&bytes) {
            prop_assert!(own <= bytes.len());
        }
    }
}
